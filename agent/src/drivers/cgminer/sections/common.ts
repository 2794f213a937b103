import type { Observation } from '../observation.ts';
import { isNotFinite, toCount, toNumber } from '../scalars.ts';

/** A rate in TH/s from a value in the given unit (TH/s per unit); null where value or unit is unknown. */
export function rateIn(unit: number | null, value: unknown, out: Observation): number | null {
  if (isNotFinite(value)) out.repaired.add('nan_string');
  const number = toNumber(value);
  return unit === null || number === null || number < 0 ? null : number * unit;
}

/** The fans that a list speaks of, rpm; null when it is no list or holds no number. */
export function rpm(list: unknown): number[] | null {
  if (!Array.isArray(list)) return null;
  const fans = list.map(toCount).filter((fan) => fan !== null);
  return fans.length === 0 ? null : fans;
}
