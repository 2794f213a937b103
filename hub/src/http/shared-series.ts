import { createHash } from 'node:crypto';
import type { SeriesRead, SeriesRequest } from '../operations/series.ts';
import type { SeriesGroup } from '../operations/series-groups.ts';
import { SharedReads } from '../series/shared-reads.ts';
import { STEP_S } from '../series/steps.ts';

/** Series of so many members are answered again for so long (ms): rows of history change every quarter of a minute. */
const MANY_MEMBERS = 20;
const KEPT_MS = 5_000;
const SHARED_READS = 100;
/** Every bucket is a multiple of this wide, ms. */
const NARROWEST_MS = STEP_S['5m'] * 1000;

/**
 * Reads series once for all who ask for the same at once, and those of many members once in five seconds. The members are
 * what each asker may see, found in a transaction of their own: who may see less has another key.
 */
export function sharedSeries(now: () => number) {
  const shared = new SharedReads<SeriesRead>({ most: SHARED_READS, now });
  return (groups: readonly SeriesGroup[], { span, ...request }: SeriesRequest, read: () => Promise<SeriesRead>) => {
    const members = groups.reduce((sum, group) => sum + group.members.length, 0);
    const edges = [Math.floor(span.from / NARROWEST_MS), Math.ceil(span.to / NARROWEST_MS)];
    const key = createHash('sha256').update(JSON.stringify([edges, request, groups]));
    return shared.get(key.digest('base64'), members < MANY_MEMBERS ? 0 : KEPT_MS, read);
  };
}
