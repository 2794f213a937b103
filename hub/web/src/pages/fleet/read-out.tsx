import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { valueText } from '../../components/miner/fill-text.ts';
import { useMedia } from '../../components/use-media.ts';
import { useNow } from '../../components/use-now.ts';
import { duration } from '../../format.ts';
import { type Container, type FleetMiner, minerIdOf } from './model.ts';
import type { FleetFill } from './painting.ts';
import { MinerSwatch } from './swatch.tsx';
import { figuresOf, isTold, slotText } from './words.ts';

/** One miner in figures, at a place of its own: nothing of the map is ever beneath it. */
export function ReadOut({
  miner,
  container,
  fill,
  value,
  projectId,
}: {
  miner: FleetMiner | undefined;
  container: Container | undefined;
  fill: FleetFill;
  value: number | string | null;
  projectId: string;
}) {
  const { t } = useTranslation();
  const isTouched = useMedia('(hover: none)');
  if (miner === undefined || container === undefined)
    return <div className="fleet-out t2 small">{t(isTouched ? 'fleet.hintTouch' : 'fleet.hint')}</div>;
  return (
    <div className="fleet-out">
      <span className="row">
        <MinerSwatch status={miner.status} />
        <b>
          {container.name} · M{String(miner.position).padStart(3, '0')}
        </b>
        <span className="t2">{slotText(t, miner, container)}</span>
      </span>
      <span>{t(`common.miner.${miner.status}`)}</span>
      {figuresOf(t, miner).map(([name, figure]) => (
        <span key={name}>
          <span className="t2">{name}</span> <b>{figure}</b>
        </span>
      ))}
      {!isTold(fill) && value !== null && (
        <span>
          <span className="t2">{t(`container.fill.${fill}`)}</span> <b>{valueText(value, fill, miner.temp_chip_c)}</b>
        </span>
      )}
      <Old container={container} />
      <span className="row end">
        <Link
          className="btn sm"
          to="/projects/$projectId/containers/$containerId"
          params={{ projectId, containerId: container.id }}
          search={{ miner: minerIdOf(miner) }}
        >
          {t('fleet.openContainer')}
        </Link>
        <Link className="btn sm" to={minerPath(projectId, miner)}>
          {t('fleet.openMiner')}
          <Icon name="arrow" small />
        </Link>
      </span>
    </div>
  );
}

export const minerPath = (projectId: string, miner: FleetMiner): string =>
  `/projects/${projectId}/miners/${minerIdOf(miner)}`;

/** That what is told is of some time ago. */
function Old({ container: { freshness, observed_at: at } }: { container: Container }) {
  const { t } = useTranslation();
  const now = useNow();
  if (at === null || freshness === 'fresh') return null;
  return <span className="cov">{t('fleet.old', { time: duration((now - Date.parse(at)) / 1000) })}</span>;
}
