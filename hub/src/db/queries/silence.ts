import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { DEFAULT_INTERVAL_S, LATE_AFTER_INTERVALS, OFFLINE_AFTER_S } from '../../freshness.ts';

/** Whether what was observed then, every so many seconds, is `offline` now; `observe` in `freshness.ts` says the same. */
export function hasBeenSilent(observedAt: SQLWrapper, intervalS: SQLWrapper, now: Date): SQL {
  const age = sql`extract(epoch from ${now.toISOString()}::timestamptz - date_trunc('milliseconds', ${observedAt}))`;
  const limit = sql`greatest(${OFFLINE_AFTER_S}, ${LATE_AFTER_INTERVALS} * coalesce(${intervalS}, ${DEFAULT_INTERVAL_S}))`;
  return sql`(${age} >= ${limit})`;
}
