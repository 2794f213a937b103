import { type Cell, type Layout, positionAt } from '@hearst/protocol';
import { AddressError, addressesOfPattern, boundsOf, formatIpv4, parseIpv4 } from '../config/addresses.ts';
import type { PositionRow } from '../config/positions.ts';

/**
 * From the word of somebody who knows the site (a pattern, the range of the first container, a table) to one entry per
 * container of a site file, and back: which container numbers and how many places the addresses that answer would need.
 */
export interface PlacedContainer {
  id: string;
  /** The number in its id, from 1. */
  number: number;
  /** One per place; the first is position 1. */
  addresses: number[];
  /** Where they come from, as the site file says it. */
  source: { pattern: string } | { range: string } | { addresses: { file: string } };
}

/** More places than any one agent reads are a slip of the pen. */
const MOST_PLACES = 2 ** 20;

function checkSize(containers: number, places: number): void {
  if (containers * places <= MOST_PLACES) return;
  throw new AddressError('count', `${containers * places} places are too many for one site: at most ${MOST_PLACES}`);
}

/** What a pattern has to reach for every address that answers and has its form. */
export interface Reach {
  /** Container numbers, sorted. */
  numbers: number[];
  /** The highest position; null where the pattern counts by row and column. */
  position: number | null;
  rows: number;
  columns: number;
  /** How many of the addresses have the pattern's form. */
  matched: number;
}

/** `1 to N`, `A-B`, or several with commas: the numbers of the containers. Throws AddressError. */
export function parseNumbers(text: string): number[] {
  const wrong = (): AddressError =>
    new AddressError('count', `${JSON.stringify(text)} is no list of container numbers such as 58, 1-58 or 1-20,25`);
  const whole = /^\d{1,4}$/.exec(text.trim());
  const parts = whole ? [`1-${text.trim()}`] : text.split(',');
  const numbers = parts.flatMap((part): number[] => {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim());
    if (!match) throw wrong();
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first < 1 || last < first) throw wrong();
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** `1-58`, `1-20,25`: as `parseNumbers` reads it. */
export function formatNumbers(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last && runs.length > 1 ? `${first}` : `${first}-${last}`)).join(',');
}

/** `QATAR-C01`; at least two digits. */
export const containerIdOf = (prefix: string, number: number): string => `${prefix}-C${twoDigits(number)}`;
export const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** The numbers a pattern writes into addresses, read back from those that answer. */
export function reachOf(pattern: string, addresses: readonly string[]): Reach {
  const form = formOf(pattern);
  const found = addresses.flatMap((address): Partial<Record<string, string>>[] => {
    const groups = form.exec(address)?.groups;
    return groups ? [groups] : [];
  });
  const highest = (field: string): number => Math.max(0, ...found.map((groups) => Number(groups[field] ?? 0)));
  const numbers = new Set(found.map(({ container }) => Number(container ?? 1)));
  return {
    numbers: [...numbers].filter((number) => number > 0).sort((a, b) => a - b),
    position: pattern.includes('{position}') ? highest('position') : null,
    rows: highest('row'),
    columns: highest('column'),
    matched: found.length,
  };
}

/** The highest position that cells up to these need in a layout. */
export function lastPosition(addresses: readonly string[], pattern: string, layout: Layout): number {
  const form = formOf(pattern);
  const cells = addresses.flatMap((address): Cell[] => {
    const groups = form.exec(address)?.groups;
    return groups ? [{ row: Number(groups.row ?? 1), column: Number(groups.column ?? 1) }] : [];
  });
  return Math.max(0, ...cells.map((cell) => positionAt(cell, layout) ?? 0));
}

/** A pattern as an expression; a field that stands twice is the same number twice. */
function formOf(pattern: string): RegExp {
  const seen = new Set<string>();
  const source = pattern
    .trim()
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replaceAll('.', '\\.');
      if (seen.has(name)) return `\\k<${name}>`;
      seen.add(name);
      return `(?<${name}>[1-9]\\d{0,4}|0)`;
    })
    .join('');
  return new RegExp(`^${source}$`);
}

/** The containers of a pattern. Throws AddressError. */
export function placedByPattern(
  pattern: string,
  {
    numbers,
    places,
    layout,
    prefix,
  }: { numbers: readonly number[]; places: number; layout: Layout | null; prefix: string },
): PlacedContainer[] {
  checkSize(numbers.length, places);
  return numbers.map((number) => {
    const id = containerIdOf(prefix, number);
    return { id, number, addresses: addressesOfPattern(pattern, id, places, layout), source: { pattern } };
  });
}

/**
 * The containers of ranges one after the other: `range` is that of the first number, and each next number's begins `step`
 * addresses further. Throws AddressError.
 */
export function placedByRange(
  range: string,
  { numbers, places, step, prefix }: { numbers: readonly number[]; places: number; step: number; prefix: string },
): PlacedContainer[] {
  checkSize(numbers.length, places);
  const [start] = boundsOf(range);
  return numbers.map((number) => {
    const first = start + (number - numbers[0]!) * step;
    const last = first + places - 1;
    if (last >= 2 ** 32) throw new AddressError('range', `container ${number} would lie beyond 255.255.255.255`);
    const addresses = Array.from({ length: places }, (_, i) => first + i);
    const source = { range: `${formatIpv4(first)}-${formatIpv4(last)}` };
    return { id: containerIdOf(prefix, number), number, addresses, source };
  });
}

/** Which container numbers the addresses that answer lie in, for ranges one after the other from number 1 on. */
export function numbersOfRange(range: string, places: number, step: number, addresses: readonly string[]): number[] {
  const [start] = boundsOf(range);
  const numbers = addresses.flatMap((address) => {
    const offset = (parseIpv4(address) ?? -1) - start;
    return offset >= 0 && offset % step < places ? [Math.floor(offset / step) + 1] : [];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The containers of a table. Throws AddressError for a place without an address. */
export function placedByTable(rows: readonly PositionRow[], file: string): PlacedContainer[] {
  const containers = [...Map.groupBy(rows, ({ container }) => container)].sort(([a], [b]) => (a < b ? -1 : 1));
  return containers.map(([id, own]) => {
    const addresses: number[] = [];
    for (const { position, ip } of own) if (ip !== null) addresses[position - 1] = ip;
    const gap = Array.from({ length: Math.max(...own.map(({ position }) => position)) }, (_, i) => i + 1).find(
      (position) => addresses[position - 1] === undefined,
    );
    if (gap !== undefined) throw new AddressError('file', `gives no ip for ${id}, position ${gap}`);
    return { id, number: Number(/(\d+)$/.exec(id)?.[1] ?? 0), addresses, source: { addresses: { file } } };
  });
}
