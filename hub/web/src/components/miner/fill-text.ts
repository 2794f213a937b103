import { difference, duration, number, percent, power, type Shown, temperature, text, UNKNOWN } from '../../format.ts';
import type { Fill } from './fills.ts';
import type { Band } from './looks.ts';

/** Numbers of the map as text: of a cell, of a mean on the edge, of a band of the legend. */

const kelvin = (value: number): string => text({ value: difference(value, 1), unit: 'K' });

/** The value of a cell with its unit; `chip` goes along with a deviation. */
export function valueText(value: number | string | null, fill: Fill, chip: number | null): string {
  if (value === null) return UNKNOWN;
  if (typeof value === 'string') return value;
  switch (fill) {
    case 'deviation':
      return `${text(temperature(chip))}, ${kelvin(value)}`;
    case 'hashrate':
      return text(percent(value));
    case 'power':
      return text(kilowatts(value));
    case 'uptime':
      return duration(value);
    default:
      return text(temperature(value));
  }
}

const kilowatts = (value: number): Shown => ({ value: number(value, 2), unit: 'kW' });

/** Containers are told in kW, however much it is. */
export const inKilowatts = (kw: number | null): Shown => ({ ...power(kw, 0), value: number(kw) });

/** A mean, without its unit: the place on the edge is small. */
export function meanText(value: number | null, fill: Fill): string {
  if (value === null) return UNKNOWN;
  if (fill === 'deviation') return difference(value, 1).replace('±', '');
  return number(value, fill === 'power' ? 1 : 0);
}

/** The bounds of a band: `≤ −6`, `−6…−4`, `> +6`. */
export function bandText({ from, to, name }: Band, fill: Fill, others: string): string {
  if (from === null && to === null) return name ?? others;
  if (from === null) return `≤ ${bound(to, fill)}`;
  if (to === null) return `> ${bound(from, fill)}`;
  return `${bound(from, fill)}…${bound(to, fill)}`;
}

function bound(value: number | null, fill: Fill): string {
  if (value === null) return UNKNOWN;
  if (fill === 'deviation') return difference(value);
  if (fill === 'uptime') return duration(value);
  return number(value, Number.isInteger(value) ? 0 : 1);
}
