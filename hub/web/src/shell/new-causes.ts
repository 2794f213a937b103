import type { Alert } from '../api/alerts.ts';

/**
 * Which alerts came in since: their ids only ever grow. None the first time, for what was there before is no news; and
 * none that another alert explains.
 */
export function newCausesIn(alerts: readonly Alert[], newest: number | undefined): readonly Alert[] {
  if (newest === undefined) return [];
  return alerts.filter(({ id, suppressed_by: cause }) => id > newest && cause === null);
}

/** Which of them are there still: neither acknowledged nor over, and explained by no other meanwhile. */
export function stillIn(alerts: readonly Alert[], active: readonly Alert[]): readonly Alert[] {
  const causes = new Set(active.filter(({ suppressed_by: cause }) => cause === null).map(({ id }) => id));
  return alerts.filter(({ id }) => causes.has(id));
}
