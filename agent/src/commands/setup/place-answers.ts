import { readFileSync } from 'node:fs';
import type { Layout } from '@hearst/protocol';
import { AddressError, addressesOfPattern, formatIpv4 } from '../../config/addresses.ts';
import { type PlacedContainer, reachOf } from '../../draft/placing.ts';
import { Unusable } from './asking.ts';

/** What answers about places must be like. */

/** The most places of a container that a site file takes. */
const MOST_PLACES = 10_000;

/** A file as it was named. Throws Unusable. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Unusable(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** A pattern that some miner's address has. Throws Unusable. */
export function checkedPattern(text: string, miners: readonly string[]): string {
  const byPosition = text.includes('{position}');
  if (!byPosition && !(text.includes('{row}') && text.includes('{column}')))
    throw new Unusable('a pattern needs {position}, or {row} and {column}');
  attempt(() => addressesOfPattern(text, 'X-C01', 1, { rows: 1, columns: 1, order: 'row' }));
  if (miners.length > 0 && reachOf(text, miners).matched === 0)
    throw new Unusable(`none of the ${miners.length} miners that answer has such an address: ${shortened(miners)}`);
  return text;
}

/** What was placed, if any miner that answers is among it. Throws Unusable. */
export function matching(containers: PlacedContainer[], miners: readonly string[]): PlacedContainer[] {
  const placed = new Set(containers.flatMap(({ addresses }) => addresses.map(formatIpv4)));
  if (miners.length === 0 || miners.some((ip) => placed.has(ip))) return containers;
  throw new Unusable(`none of the ${miners.length} miners that answer has such an address: ${shortened(miners)}`);
}

/** How many places a container has. Throws Unusable. */
export function placesOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_PLACES) return count;
  throw new Unusable(`${text} places: expected a whole number from 1 to ${MOST_PLACES}`);
}

/** `22x14`, `22x14,snake`. Throws Unusable. */
export function layoutOf(text: string): Layout {
  const match = /^(\d{1,4})\s*x\s*(\d{1,4})(?:\s*,\s*(row|column|snake))?$/i.exec(text);
  const [rows, columns] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (!match || rows < 1 || columns < 1 || rows > 1000 || columns > 1000)
    throw new Unusable(`${text}: expected rows and columns such as 22x14, or 22x14,snake`);
  return { rows, columns, order: (match[3]?.toLowerCase() ?? 'row') as Layout['order'] };
}

/** What a wrong address says becomes what a wrong answer says. */
export function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AddressError) throw new Unusable(error.message);
    throw error;
  }
}

/** The first few, and how many more. */
export function shortened(list: readonly string[], most = 3): string {
  const more = list.length - most;
  return `${list.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}` || 'none';
}
