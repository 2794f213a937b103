import { cellOf, type Layout } from '@hearst/protocol';
import ipaddr from 'ipaddr.js';

/**
 * From a range, a CIDR, a pattern or a table to one IPv4 address per slot. Addresses are handled as whole numbers
 * (0 to 2^32 - 1), so that 100,000 slots cost milliseconds.
 */

/** Why slots have no addresses. `position` names the first slot that fails, where one slot is the reason. */
export class AddressError extends Error {
  readonly kind: 'range' | 'count' | 'pattern' | 'file';

  constructor(kind: AddressError['kind'], message: string) {
    super(message);
    this.name = 'AddressError';
    this.kind = kind;
  }
}

/** `10.20.4.1` as a number; null for what is no dotted IPv4 address. */
export function parseIpv4(text: string): number | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return ipaddr.IPv4.parse(text).octets.reduce((value, octet) => value * 256 + octet, 0);
}

/** The dotted form of an address. */
export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/**
 * The addresses of `FIRST-LAST` or of a CIDR, in order; position 1 is the first. A range holds exactly `miners`
 * addresses. A CIDR holds at least that many, its network and broadcast address (shorter than /31) left out.
 * Throws AddressError.
 */
export function addressesOfRange(range: string, miners: number): number[] {
  const [first, last, exact] = boundsOf(range.trim());
  const size = last - first + 1;
  if (exact ? size !== miners : size < miners) {
    throw new AddressError('count', `holds ${size} address${size === 1 ? '' : 'es'}, but miners is ${miners}`);
  }
  return Array.from({ length: miners }, (_, i) => first + i);
}

/**
 * First and last address of `FIRST-LAST`, of one address or of a CIDR; `exact`: written down one by one. `edges`: a
 * CIDR's network and broadcast address count too. Throws AddressError.
 */
export function boundsOf(range: string, edges = false): [first: number, last: number, exact: boolean] {
  if (range.includes('/')) {
    if (!ipaddr.IPv4.isValidCIDR(range))
      throw new AddressError('range', `${JSON.stringify(range)} is no CIDR such as 10.20.4.0/23`);
    const [address, bits] = ipaddr.IPv4.parseCIDR(range);
    const size = 2 ** (32 - bits);
    const base = Math.floor(parseIpv4(address.toString())! / size) * size;
    return edges || bits >= 31 ? [base, base + size - 1, false] : [base + 1, base + size - 2, false];
  }
  const [from = '', to = from, ...rest] = range.split('-').map((part) => part.trim());
  const first = parseIpv4(from);
  const last = parseIpv4(to);
  if (first === null || last === null || rest.length > 0) {
    throw new AddressError('range', `${JSON.stringify(range)} is no range such as 10.20.1.1-10.20.2.52`);
  }
  if (last < first) throw new AddressError('range', `ends at ${to}, before it begins at ${from}`);
  return [first, last, true];
}

/** The addresses of a table's rows for one container: every position from 1 to `miners` has one. Throws AddressError. */
export function addressesOfRows(rows: readonly { position: number; ip: number | null }[], miners: number): number[] {
  const beyond = rows.find(({ position }) => position > miners);
  if (beyond) throw new AddressError('file', `names position ${beyond.position}, but miners is ${miners}`);
  const addresses: (number | null)[] = Array(miners).fill(null);
  for (const { position, ip } of rows) addresses[position - 1] = ip;
  const empty = addresses.flatMap((ip, i) => (ip === null ? [i + 1] : []));
  if (empty.length === 0) return addresses as number[];
  const shown = empty.length > 5 ? `${empty.slice(0, 5).join(', ')} and ${empty.length - 5} more` : empty.join(', ');
  throw new AddressError('file', `gives no ip for position ${shown}`);
}

const FIELDS = ['container', 'position', 'row', 'column'] as const;
type Field = (typeof FIELDS)[number];

/**
 * The addresses of a pattern such as `10.{container}.{row}.{column}`: `{container}` is the number in the
 * container's id, `{position}` the slot, `{row}` and `{column}` (from 1) come from the layout. Throws AddressError.
 */
export function addressesOfPattern(
  pattern: string,
  container: string,
  miners: number,
  layout: Layout | null,
): number[] {
  for (const [, name = ''] of pattern.matchAll(/\{([^}]*)\}/g)) {
    if (!(FIELDS as readonly string[]).includes(name)) {
      throw new AddressError(
        'pattern',
        `does not know {${name}}: it may use ${FIELDS.map((field) => `{${field}}`).join(' ')}`,
      );
    }
    if ((name === 'row' || name === 'column') && !layout) {
      throw new AddressError('pattern', `uses {${name}}, but the container has no layout`);
    }
  }
  const containerNumber = Number(/(\d+)$/.exec(container)?.[1] ?? 0);
  return Array.from({ length: miners }, (_, i) => {
    const position = i + 1;
    const cell = layout === null ? { row: 0, column: 0 } : cellOf(position, layout);
    const values: Record<Field, number> = { container: containerNumber, position, ...cell };
    const text = pattern.trim().replace(/\{(\w+)\}/g, (_match, name: Field) => String(values[name]));
    const address = parseIpv4(text);
    if (address === null)
      throw new AddressError('pattern', `gives ${text} for position ${position}, which is no address`);
    return address;
  });
}
