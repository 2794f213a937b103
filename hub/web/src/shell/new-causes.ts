import type { Alert } from '../api/alerts.ts';

/**
 * Which alerts came in since: their ids only ever grow. None the first time, for what was there before is no news; and
 * none that another alert explains.
 */
export function newCausesIn(alerts: readonly Alert[], newest: number | undefined): readonly Alert[] {
  if (newest === undefined) return [];
  return alerts.filter(({ id, suppressed_by: cause }) => id > newest && cause === null);
}
