import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Alert } from '../../api/alerts.ts';
import { type Scope, type Series, seriesQuery } from '../../api/metrics.ts';
import { type MinerSeries, minerSeriesQuery } from '../../api/miners.ts';
import { momentsOf, stepOf, valuesOf } from '../../charts/from-series.ts';
import type { Values } from '../../charts/model.ts';
import { useMinute } from '../../components/use-now.ts';
import { spanAround } from './around.ts';
import type { Watched } from './watched.ts';

/** What was measured around an alert. */
export interface Measured {
  readonly times: readonly number[];
  readonly step: number;
  readonly values: Values;
  /** Of each bucket, where it is told. */
  readonly extremes: { readonly least: Values; readonly most: Values } | null;
}

/** The quantity that an alert's rule looks at, around the alert; null where nothing tells it, undefined: not known yet. */
export function useWatched(alert: Alert, watched: Watched): Measured | null | undefined {
  const { project_id, target_type: type, target_id: id } = alert;
  const asked = {
    ...spanAround(alert, useMinute()),
    metrics: watched.metrics.join(','),
    agg: watched.hasExtremes ? 'avg,min,max' : 'avg',
  };
  const isMiner = type === 'miner';
  const ofMiner = useQuery({ ...minerSeriesQuery(id, { ...asked, project_id }), enabled: isMiner });
  const scope = scopeOf(alert);
  const inProject = type === 'project' ? {} : { project_id };
  const ofGroup = useQuery({
    ...seriesQuery(scope ?? { scope: 'global' }, { ...asked, ...inProject }),
    enabled: scope !== null,
  });
  const { data: answer, error } = isMiner ? ofMiner : ofGroup;
  const measured = useMemo(() => answer && measuredIn(answer, watched), [answer, watched]);
  // What is refused or gone has no chart; the rest of the alert stands without it.
  return measured === undefined && (error !== null || (scope === null && !isMiner)) ? null : measured;
}

function scopeOf({ project_id: projectId, target_type: type, target_id: id }: Alert): Scope | null {
  if (type === 'project') return { scope: type, id: projectId, projectId };
  return type === 'container' || type === 'transformer' ? { scope: type, id, projectId } : null;
}

function measuredIn(answer: Series | MinerSeries, watched: Watched): Measured | null {
  const of = (wanted?: 'min' | 'max'): Values =>
    watched.values((metric, agg = wanted) =>
      valuesOf<string, string>(answer, metric, agg === undefined ? {} : { agg }),
    );
  const values = of();
  if (values.every((value) => value === null)) return null;
  const extremes = watched.hasExtremes ? { least: of('min'), most: of('max') } : null;
  return { times: momentsOf(answer), step: stepOf(answer), values, extremes };
}
