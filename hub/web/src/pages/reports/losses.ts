import type { ReportFigures } from '../../api/reports.ts';

/** Why hashrate was lost, in the order they are told. */
const CAUSES = ['offline', 'hot', 'transformer', 'maintenance', 'unknown'] as const;
type Cause = (typeof CAUSES)[number];

type Lost = Pick<ReportFigures, `lost_${Cause}_thh`>;

const lostBy = (figures: Lost, cause: Cause): number | null => figures[`lost_${cause}_thh`];

/** TH·h lost by all causes that are known; null where none is. */
export function lostInAll(figures: Lost): number | null {
  const known = CAUSES.map((cause) => lostBy(figures, cause)).filter((lost) => lost !== null);
  return known.length === 0 ? null : known.reduce((sum, lost) => sum + lost, 0);
}

export interface Loss {
  readonly cause: Cause;
  readonly thh: number | null;
  /** Of all that was lost, 0 to 1. */
  readonly share: number | null;
}

export function lossesOf(figures: Lost): Loss[] {
  const all = lostInAll(figures);
  return CAUSES.map((cause) => {
    const thh = lostBy(figures, cause);
    return { cause, thh, share: thh === null || !all ? null : thh / all };
  });
}
