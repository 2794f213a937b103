import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { type Outlier, REASONS } from '../../components/miner/outliers.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { difference, number, temperature, text } from '../../format.ts';
import type { FleetModel } from './model.ts';
import { MinerSwatch } from './swatch.tsx';
import { slotText } from './words.ts';
import { type StandOut, worstOf } from './worst.ts';

/** Containers that are listed, and miners of each. */
const MOST = 12;
const MOST_MINERS = 3;

/** The miners that deserve a look, by container. */
export function FleetStandOuts({
  model,
  onNear,
  onMiner,
}: {
  model: FleetModel;
  onNear: (container: string) => void;
  onMiner: (miner: number) => void;
}) {
  const { t } = useTranslation();
  const worst = useMemo(() => worstOf(model), [model]);
  return (
    <aside className="card side fleet-outs" aria-labelledby="fleet-so">
      <div className="card-h">
        <div className="grow">
          <h2 id="fleet-so">{t('container.standOut')}</h2>
          <p className="t2 small">{t(worst.length === 0 ? 'fleet.nothingStandsOut' : 'fleet.standOutHint')}</p>
        </div>
      </div>
      <ul>
        {worst.slice(0, MOST).map((each) => (
          <Group key={each.container.id} of={each} model={model} onNear={onNear} onMiner={onMiner} />
        ))}
      </ul>
      {worst.length > MOST && <p className="t2 small more">{t('fleet.more', { count: worst.length - MOST })}</p>}
    </aside>
  );
}

function Group({
  of: { container, outliers, counts },
  model,
  onNear,
  onMiner,
}: {
  of: StandOut;
  model: FleetModel;
  onNear: (container: string) => void;
  onMiner: (miner: number) => void;
}) {
  const { t } = useTranslation();
  const told = REASONS.filter((reason) => counts[reason] > 0).map((reason) =>
    t(`fleet.reasons.${reason}`, { count: counts[reason], shown: number(counts[reason]) }),
  );
  return (
    <li data-s={container.mark}>
      <button type="button" className="fleet-group" onClick={() => onNear(container.id)}>
        {container.mark !== 'normal' && <StatusMark mark={container.mark} />}
        <b>{container.name}</b>
        <span className="t2 clip">{told.join(', ')}</span>
        <Icon name="search" small />
        <span className="sr">{t('fleet.show')}</span>
      </button>
      <ul className="outs">
        {outliers.slice(0, MOST_MINERS).map((outlier) => (
          <MinerLine key={outlier.index} outlier={outlier} model={model} onMiner={onMiner} container={container} />
        ))}
      </ul>
    </li>
  );
}

function MinerLine({
  outlier: { index: at, reason, deviation },
  container,
  model,
  onMiner,
}: {
  outlier: Outlier;
  container: StandOut['container'];
  model: FleetModel;
  onMiner: (miner: number) => void;
}) {
  const { t } = useTranslation();
  const miner = model.miners[at];
  if (miner === undefined) return null;
  return (
    <li>
      <button type="button" onClick={() => onMiner(at)}>
        <MinerSwatch status={miner.status} />
        <b>M{String(miner.position).padStart(3, '0')}</b>
        <span className="t2 clip">{slotText(t, miner, container)}</span>
        <span className="num">
          {reason === 'chip' ? (
            <>
              {text(temperature(miner.temp_chip_c))}{' '}
              <span className="t2">{text({ value: difference(deviation, 1), unit: 'K' })}</span>
            </>
          ) : (
            t(`common.miner.${miner.status}`)
          )}
        </span>
      </button>
    </li>
  );
}
