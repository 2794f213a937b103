import { createHash } from 'node:crypto';
import type { SeriesRead, SeriesRequest } from '../operations/series.ts';
import type { SeriesGroup } from '../operations/series-groups.ts';
import { SharedReads } from '../series/shared-reads.ts';
import { STEP_S } from '../series/steps.ts';

/** How many members make a series worth sharing, how long it is answered again (ms), and how many are kept. */
const MANY_MEMBERS = 20;
const SHARED_MS = 5_000;
const SHARED_READS = 100;
/** Every bucket is a multiple of this wide, ms. */
const NARROWEST_MS = STEP_S['5m'] * 1000;

/**
 * Reads series of many members once for all who ask for the same. The members are what each asker may see, found in a
 * transaction of their own: who may see less has another key.
 */
export function sharedSeries(now: () => number) {
  const shared = new SharedReads<SeriesRead>({ keptMs: SHARED_MS, most: SHARED_READS, now });
  return (groups: readonly SeriesGroup[], { span, ...request }: SeriesRequest, read: () => Promise<SeriesRead>) => {
    if (groups.reduce((sum, { members }) => sum + members.length, 0) < MANY_MEMBERS) return read();
    const edges = [Math.floor(span.from / NARROWEST_MS), Math.ceil(span.to / NARROWEST_MS)];
    const key = createHash('sha256').update(JSON.stringify([edges, request, groups]));
    return shared.get(key.digest('base64'), read);
  };
}
