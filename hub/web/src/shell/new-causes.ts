import type { Alert } from '../api/alerts.ts';

/**
 * Which alerts came in since: their ids only ever grow. None the first time, for what was there before is no news; and
 * none that another alert explains, or that is silenced.
 */
export function newCausesIn(alerts: readonly Alert[], newest: number | undefined): readonly Alert[] {
  if (newest === undefined) return [];
  return alerts.filter((alert) => alert.id > newest && isNews(alert));
}

/** Which of them are there still: neither acknowledged nor over, and explained by no other or silenced meanwhile. */
export function stillIn(alerts: readonly Alert[], active: readonly Alert[]): readonly Alert[] {
  const causes = new Set(active.filter(isNews).map(({ id }) => id));
  return alerts.filter(({ id }) => causes.has(id));
}

/** No mere effect of another, and nothing that somebody has silenced. */
function isNews({ suppressed_by: cause, silenced_until: silenced }: Alert): boolean {
  return cause === null && (silenced === null || Date.parse(silenced) <= Date.now());
}
