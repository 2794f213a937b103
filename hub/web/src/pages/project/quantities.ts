import type { Container } from '../../api/containers.ts';
import { niceStep } from '../../charts/scale.ts';
import { efficiency, number, percent, power, type Shown, significant, temperature } from '../../format.ts';
import type { Fill } from './view.ts';

/** What a tile shows, and may be coloured by. */
export interface Quantity {
  /** Null where it is not known. */
  readonly value: (container: Container) => number | null;
  readonly shown: (value: number | null) => Shown;
  /** What the colours span at least, so that small differences do not look like large ones. */
  readonly leastSpan: number;
}

const QUANTITIES: Readonly<Record<Exclude<Fill, 'status'>, Quantity>> = {
  hashrate: {
    value: (c) => ratio(c.hashrate_th, c.hashrate_expected_th, 100),
    shown: percent,
    leastSpan: 20,
  },
  power: { value: (c) => c.power_consumption_kw, shown: (kw) => power(kw, 0), leastSpan: 200 },
  supply: { value: (c) => c.temp_supply_c, shown: temperature, leastSpan: 4 },
  delta: {
    value: (c) => less(c.temp_return_c, c.temp_supply_c),
    shown: (kelvin) => ({ value: number(kelvin, 1), unit: 'K' }),
    leastSpan: 4,
  },
  flow: { value: (c) => c.flow_m3h, shown: (flow) => ({ value: significant(flow), unit: 'm³/h' }), leastSpan: 20 },
  efficiency: {
    value: (c) => ratio(c.power_consumption_kw, c.hashrate_th, 1000),
    shown: efficiency,
    leastSpan: 1,
  },
  down: {
    value: (c) => less(c.miners_expected, c.miners_active),
    shown: (count) => ({ value: number(count), unit: '' }),
    leastSpan: 10,
  },
};

/** By status a tile tells its share of the expected hashrate. */
export const quantityOf = (fill: Fill): Quantity => QUANTITIES[fill === 'status' ? 'hashrate' : fill];

function ratio(part: number | null, whole: number | null, times: number): number | null {
  return part === null || !whole ? null : (part / whole) * times;
}

function less(from: number | null, what: number | null): number | null {
  return from === null || what === null ? null : from - what;
}

/** How many colours a scale has, from the least to the most. */
export const SHADES = 5;

/** A scale over the values there are, its ends on round numbers. */
export interface Shades {
  readonly low: number;
  readonly high: number;
  readonly of: (value: number) => number;
}

export function shadesOf(values: readonly (number | null)[], leastSpan: number): Shades | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [least, most] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  let step = niceStep(Math.max(leastSpan, most - least) / SHADES);
  let low = Math.floor(least / step + 1e-9) * step;
  // Where the least value is far into the first shade, the most lies beyond the last.
  if (low + step * SHADES < most) {
    step = niceStep(step * 1.01);
    low = Math.floor(least / step + 1e-9) * step;
  }
  return {
    low,
    high: low + step * SHADES,
    of: (value) => Math.min(SHADES - 1, Math.max(0, Math.floor((value - low) / step))),
  };
}
