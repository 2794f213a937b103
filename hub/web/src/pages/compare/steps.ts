import type { Range } from '../../charts/range.ts';
import { spanMs } from '../../charts/range.ts';

const DAY_MS = 86_400_000;
const POINTS = 1_000;
/** Narrow buckets are kept for so long; of what is older there are hours and days. */
const FINE_MS = 360 * DAY_MS;
const FINE = [
  { step: '5m', ms: 300_000 },
  { step: '15m', ms: 900_000 },
] as const;
const HOUR_MS = 3_600_000;

/** How wide buckets are asked: things that are compared have to have the same ones, which the API's own choice may not be. */
export function stepFor(range: Range, now: number): '5m' | '15m' | '1h' | '1d' {
  const span = spanMs(range);
  const from = range.kind === 'fixed' ? range.from : now - span;
  const fine = now - from < FINE_MS ? FINE.find(({ ms }) => span / ms <= POINTS) : undefined;
  return fine?.step ?? (span / HOUR_MS <= POINTS ? '1h' : '1d');
}
