import type { MinerDetail } from '@hearst/hub/http/schemas/boards.ts';
import type { MinerSeries } from '@hearst/hub/http/schemas/miner-series.ts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import { liveOf } from './live-meta.ts';

export type { MinerDetail, MinerSeries };

/** One miner as it is now, its hashboards included. */
export const minerQuery = (minerId: string, containerId: string, projectId: string) =>
  queryOptions({
    queryKey: ['miner', minerId, projectId],
    queryFn: ({ signal }) => ask<MinerDetail>(`/api/miners/${minerId}`, { query: { project_id: projectId }, signal }),
    meta: liveOf('snapshot').in(projectId, containerId),
  });

/** What is asked of one miner over time. */
export interface MinerSeriesAsked {
  readonly range?: string;
  readonly from?: string;
  readonly to?: string;
  readonly metrics: string;
  readonly agg?: string;
  readonly project_id: string;
}

/** A miner's figures over time, from its polls as long as those are kept. */
export const minerSeriesQuery = (minerId: string, asked: MinerSeriesAsked) =>
  queryOptions({
    queryKey: ['miner-series', minerId, asked],
    queryFn: ({ signal }) => ask<MinerSeries>(minerSeriesPath(minerId), { query: { ...asked }, signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });

export const minerSeriesPath = (minerId: string): string => `/api/metrics/miner/${minerId}`;
