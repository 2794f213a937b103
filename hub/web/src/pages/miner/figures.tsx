import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type MinerDetail, minerSeriesQuery } from '../../api/miners.ts';
import { Figure } from '../../components/figure.tsx';
import { longDuration, MinerFigures, Value } from '../../components/miner/miner-facts.tsx';
import { difference, number, percent, text, UNKNOWN } from '../../format.ts';
import { rejectedShare, sharesOf } from './shares.ts';

/** Of so long back the newest counters are taken. */
const COUNTERS = { range: '1h', metrics: 'shares_accepted,shares_rejected,shares_stale', agg: 'last' } as const;

/** What it does, in type that is read at arm's length; what is old is hatched. */
export function Figures({ miner, reference }: { miner: MinerDetail; reference: number | null }) {
  const { t } = useTranslation();
  const { miner_id: id, project_id: projectId, temp_chip_c: chip, uptime_s: uptime, freshness } = miner;
  const by =
    chip === null || reference === null
      ? null
      : t('container.ofMedian', { value: text({ value: difference(chip - reference, 1), unit: 'K' }) });
  const isOld = freshness === 'late' || freshness === 'stale';
  return (
    <section className={isOld ? 'card nums is-stale' : 'card nums'} aria-label={t('container.figures')}>
      <MinerFigures miner={miner} deviation={by} className="nums-grid">
        <Rejects minerId={id} projectId={projectId} />
        <Value name={t('container.uptime')}>{uptime === null ? UNKNOWN : longDuration(uptime)}</Value>
      </MinerFigures>
    </section>
  );
}

function Rejects({ minerId, projectId }: { minerId: string; projectId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(minerSeriesQuery(minerId, { ...COUNTERS, project_id: projectId }));
  const shares = data === undefined ? null : sharesOf(data);
  return (
    <Value name={t('miner.rejects')}>
      <Figure {...percent(shares && rejectedShare(shares), 2)} />
      {shares !== null && shares.rejected !== null && (
        <span className="t2 small beside">
          {t('miner.shares', { rejected: number(shares.rejected), accepted: number(shares.accepted) })}
        </span>
      )}
    </Value>
  );
}
