import { isIP } from 'node:net';
import { type Metric, safeText } from '@hearst/protocol';
import type { Fault, Read } from './finding.ts';

/**
 * From texts of the old database to values. Every column is read as text, whatever its type there; what is not exactly
 * what it should be is a fault and stays unknown. Nothing here turns into zero.
 */

const REMEDY = 'It is stored as unknown. Correct it in the source and import again: what is empty is then filled in.';
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NO_NUMBER = /^[+-]?(nan|inf|infinity)$/i;
const LARGEST_INTEGER = 2_147_483_647;

/** The range that is believed, after scaling. */
export type Range = Pick<Metric, 'min' | 'max'>;
/** Of sums, which have no largest value of their own. */
export const NOT_NEGATIVE: Range = { min: 0, max: Number.MAX_VALUE };

/** A finite number in the range; `scale` turns the column's unit into the hub's. */
export function readNumber(written: string, range: Range, scale = 1): Read<number> {
  const text = written.trim();
  if (NO_NUMBER.test(text)) return unknown('is no number that was measured');
  if (!NUMBER.test(text)) return unknown('is not a number');
  const value = Number(text) * scale + 0; // A zero has no sign here.
  if (value < range.min) return unknown(range.min === 0 ? 'is negative' : `is below ${range.min}, which cannot be`);
  if (value > range.max) return unknown(`is above ${range.max}, which cannot be`);
  return { value };
}

/** How many: a whole number from 0. */
export function readCount(written: string): Read<number> {
  const read = readNumber(written, { min: 0, max: LARGEST_INTEGER });
  if ('why' in read || Number.isInteger(read.value)) return read;
  return unknown('is not a whole number');
}

/** One line of text of at most 128 characters, as the hub keeps names, models and serials. */
export function readText(written: string): Read<string> {
  const text = written.trim();
  if (text === safeText(text)) return { value: text };
  return unknown('holds control characters or is longer than 128 characters');
}

/** Six bytes in hexadecimal, separated or not; kept as written. */
export function readMac(written: string): Read<string> {
  const text = written.trim();
  if (/^[0-9a-f]{12}$/i.test(text.replace(/[:.-]/g, ''))) return { value: text };
  return unknown('is no MAC address');
}

/** An address without a port; the mask of a single address, as the type inet shows it, is left out. */
export function readIp(written: string): Read<string> {
  const text = written.trim().replace(/\/(32|128)$/, '');
  return isIP(text) === 0 ? unknown('is no IP address') : { value: text };
}

function unknown(why: string): Fault {
  return { why, remedy: REMEDY };
}
