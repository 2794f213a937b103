import { queryOptions } from '@tanstack/react-query';
import type { Alert } from './alerts.ts';
import { ask } from './http.ts';
import type { List } from './list.ts';

/** As much of an alert as its quality is told by. */
export type Judged = Pick<
  Alert,
  | ('id' | 'project_id' | 'timestamp' | 'first_seen_at' | 'severity' | 'status' | 'rule_id' | 'suppressed_by')
  | ('target_type' | 'target_id' | 'target_name' | 'message' | 'flapping' | 'acknowledged_at')
>;

/** Alerts of some days, newest first. */
export interface Looked {
  readonly alerts: readonly Judged[];
  /** How many there are, whether or not they were fetched. */
  readonly total: number;
  /** From when on all of them are here, ms since 1970. */
  readonly from: number;
}

const FIELDS = [
  ...['timestamp', 'first_seen_at', 'severity', 'status', 'rule_id', 'suppressed_by'],
  ...['target_type', 'target_id', 'target_name', 'message', 'flapping', 'acknowledged_at'],
].join(',');
const [PAGE, MOST_PAGES] = [500, 4];
const DAY_MS = 86_400_000;

/** The alerts of the last days, in a few pages at most: of more the newest are told, and from when on. */
export const qualityQuery = (days: number, projectId: string | undefined) =>
  queryOptions({
    queryKey: ['alerts', 'quality', days, projectId ?? null],
    queryFn: async ({ signal }): Promise<Looked> => {
      const from = Date.now() - days * DAY_MS;
      const alerts: Judged[] = [];
      let cursor: string | undefined;
      for (let page = 1; ; page++) {
        const answer = await ask<List<Judged>>('/api/alerts', {
          query: {
            ...{ from: new Date(from).toISOString(), project_id: projectId, sort: '-timestamp' },
            ...{ limit: PAGE, fields: FIELDS, cursor },
          },
          signal,
        });
        alerts.push(...answer.data);
        cursor = answer.next_cursor ?? undefined;
        if (cursor === undefined) return { alerts, total: alerts.length, from };
        const oldest = alerts.at(-1);
        if (page === MOST_PAGES && oldest !== undefined)
          return { alerts, total: answer.total, from: Date.parse(oldest.timestamp) };
      }
    },
    staleTime: 60_000,
  });

/** Open alerts, the oldest first. */
export const standingQuery = (projectId: string | undefined) =>
  queryOptions({
    queryKey: ['alerts', 'standing', projectId ?? null],
    queryFn: ({ signal }) =>
      ask<List<Judged>>('/api/alerts', {
        query: {
          ...{ status: 'active,acknowledged', project_id: projectId, sort: 'timestamp' },
          ...{ limit: PAGE, fields: FIELDS },
        },
        signal,
      }),
    staleTime: 60_000,
  });
