import { useTranslation } from 'react-i18next';
import { Legend } from '../../components/legend.tsx';
import { number } from '../../format.ts';
import { type FleetFill, type Painting, STATUSES } from './painting.ts';
import { MinerSwatch } from './swatch.tsx';

/** What the colours mean, and how many miners have each. */
export function FleetLegend({ fill, painting }: { fill: FleetFill; painting: Painting }) {
  const { t } = useTranslation();
  if (fill !== 'status' && painting.legend !== null)
    return (
      <Legend
        fill={fill}
        looks={painting.legend}
        past={false}
        title={fill === 'deviation' ? t('fleet.legendDeviation') : t(`container.legend.${fill}`, { reference: '' })}
      />
    );
  return (
    <ul className="lgd fleet-lgd">
      {STATUSES.map((status) => (
        <li key={status}>
          <MinerSwatch status={status} />
          {t(`common.miner.${status}`)} <b>{number(painting.statuses[status])}</b>
        </li>
      ))}
    </ul>
  );
}
