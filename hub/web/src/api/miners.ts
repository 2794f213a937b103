import type { MinerDetail } from '@hearst/hub/http/schemas/boards.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import { liveOf } from './live-meta.ts';

export type { MinerDetail };

/** One miner as it is now, its hashboards included. */
export const minerQuery = (minerId: string, containerId: string, projectId: string) =>
  queryOptions({
    queryKey: ['miner', minerId, projectId],
    queryFn: ({ signal }) => ask<MinerDetail>(`/api/miners/${minerId}`, { query: { project_id: projectId }, signal }),
    meta: liveOf('snapshot').in(projectId, containerId),
  });
