import { didYouMean } from '@hearst/protocol';
import type { z } from 'zod';
import { AddressError, addressesOfPattern, addressesOfRange, addressesOfRows, formatIpv4 } from './addresses.ts';
import type { FaultCode } from './fault.ts';
import { checkPlant } from './plant-rules.ts';
import type { PositionFault, PositionRow } from './positions.ts';
import type { ContainerEntry, MeterEntry, NetworksEntry, PollEntry, TransformerEntry } from './schema.ts';
import { faultyRanges, faultyTables } from './table-rules.ts';
import { formatDuration } from './units.ts';
import { formatPath, type Path } from './yaml-source.ts';

/** A fault before its line is looked up. `key`: the key itself is meant, not its value. */
export interface Finding {
  code: FaultCode;
  path: Path;
  key?: boolean;
  what: string;
  /** The likely cause; a place given as `{ text, path }` gets its line number appended. */
  cause?: string | { text: string; path: Path };
  next: string;
}

/** An entry that passed the schema, with its place in its list. */
export interface Placed<T> {
  index: number;
  value: T;
}

export interface Entries {
  transformers: Placed<z.infer<typeof TransformerEntry>>[];
  containers: Placed<ContainerEntry>[];
  meters: Placed<z.infer<typeof MeterEntry>>[];
  /** How many containers and meters the file lists, sound or not. */
  listed: number;
  /** Null where the block itself is faulty. */
  poll: z.infer<typeof PollEntry> | null;
  networks: z.infer<typeof NetworksEntry> | null;
}

/** The rows of a table of positions and its faults, by its path as the site file writes it. */
export type Tables = (file: string) => { rows: PositionRow[]; faults: PositionFault[] };

/** What the entries say when looked at together. Returns the findings and each container's addresses. */
export function checkTogether(
  entries: Entries,
  profiles: readonly string[],
  tables: Tables,
): { findings: Finding[]; addresses: Map<number, number[]> } {
  const { transformers, containers, meters } = entries;
  const findings: Finding[] = [
    ...duplicateIds('transformers', transformers),
    ...duplicateIds('containers', containers),
    ...duplicateIds('meters', meters),
    ...unknownTransformers(entries),
    ...unknownProfiles(entries, profiles),
    ...duplicateUnits(entries),
    ...checkPlant(entries),
  ];
  const addresses = new Map<number, number[]>();
  for (const container of containers) {
    const found = expand(container, tables);
    if (Array.isArray(found)) addresses.set(container.index, found);
    else findings.push(found);
    findings.push(...smallLayout(container));
  }
  findings.push(...faultyTables(containers, tables), ...faultyRanges(entries));
  findings.push(...overlaps(containers, addresses), ...shortInterval(entries), ...nothingToRead(entries));
  return { findings, addresses };
}

function duplicateIds(list: string, entries: readonly Placed<{ id: string }>[]): Finding[] {
  const first = new Map<string, number>();
  return entries.flatMap(({ index, value: { id } }): Finding[] => {
    const before = first.get(id);
    if (before === undefined) {
      first.set(id, index);
      return [];
    }
    const path = [list, index, 'id'];
    const cause = { text: `${id} is already ${list}[${before}]`, path: [list, before, 'id'] };
    return [
      { code: 'E1205', path, what: `${formatPath(path)} is used twice: ${id}`, cause, next: 'Give each its own id' },
    ];
  });
}

function unknownTransformers({ transformers, containers, meters }: Entries): Finding[] {
  const known = new Set(transformers.map(({ value }) => value.id));
  const check = (list: string, { index, value }: Placed<{ transformer?: string | undefined }>): Finding[] => {
    if (value.transformer === undefined || known.has(value.transformer)) return [];
    const path = [list, index, 'transformer'];
    const near = didYouMean(value.transformer, known);
    return [
      {
        code: 'E1206',
        path,
        what: `${formatPath(path)} is not among transformers: ${value.transformer}`,
        next: near ? `Did you mean ${near}?` : `Add under transformers: - { id: ${value.transformer} }`,
      },
    ];
  };
  return [
    ...containers.flatMap((entry) => check('containers', entry)),
    ...meters.flatMap((entry) => check('meters', entry)),
  ];
}

/** Everything that is read over Modbus, with the path of its block. */
function modbusTargets({ transformers, containers, meters }: Entries) {
  return [
    ...containers.flatMap(({ index, value: { cooling } }) => {
      const { address, unit, profile } = cooling ?? {};
      return address && unit !== undefined && profile !== undefined
        ? [{ path: ['containers', index, 'cooling'] as Path, address, unit, profile }]
        : [];
    }),
    ...meters.map(({ index, value }) => ({ path: ['meters', index] as Path, ...value })),
    ...transformers.flatMap(({ index, value: { monitor } }) =>
      monitor ? [{ path: ['transformers', index, 'monitor'] as Path, ...monitor }] : [],
    ),
  ];
}

function unknownProfiles(entries: Entries, profiles: readonly string[]): Finding[] {
  return modbusTargets(entries).flatMap(({ path, profile }): Finding[] => {
    if (profiles.includes(profile)) return [];
    const near = didYouMean(profile, profiles);
    const at = [...path, 'profile'];
    return [
      {
        code: 'E1207',
        path: at,
        what: `${formatPath(at)} is not a known profile: ${profile}`,
        cause: `known: ${profiles.join(', ') || 'none'}`,
        next: near
          ? `Did you mean ${near}?`
          : `Use a known one, or put ${profile}.yaml into the folder profiles beside this file`,
      },
    ];
  });
}

function duplicateUnits(entries: Entries): Finding[] {
  const first = new Map<string, Path>();
  return modbusTargets(entries).flatMap(({ path, address, unit }): Finding[] => {
    const name = `${address.host}:${address.port} unit ${unit}`;
    const before = first.get(name);
    if (!before) {
      first.set(name, path);
      return [];
    }
    const at = [...path, 'address'];
    return [
      {
        code: 'E1210',
        path: at,
        what: `${formatPath(at)} is already read elsewhere: ${name}`,
        cause: { text: `${formatPath(before)} has the same address and unit`, path: [...before, 'address'] },
        next: 'Correct the address, or the unit of a device behind a shared gateway',
      },
    ];
  });
}

/** The key that says where a container's addresses come from. */
const keyOf = ({ addresses, pattern }: ContainerEntry): 'range' | 'pattern' | 'addresses' =>
  addresses ? 'addresses' : pattern === undefined ? 'range' : 'pattern';

function expand({ index, value }: Placed<ContainerEntry>, tables: Tables): number[] | Finding {
  const { range, pattern, addresses, miners } = value;
  const given = [range, pattern, addresses].filter((one) => one !== undefined).length;
  const key = keyOf(value);
  if (given !== 1) {
    if (given === 0 && miners === 0) return [];
    const path = ['containers', index];
    return {
      code: given === 0 ? 'E1202' : 'E1203',
      path: given === 0 ? path : [...path, key],
      what:
        given === 0
          ? `${formatPath(path)} has no addresses`
          : `${formatPath(path)} has ${range === undefined ? 'both pattern and addresses' : `both range and ${key}`}`,
      next: given === 0 ? 'Add: range: 10.20.1.1-10.20.2.52   (or a pattern)' : 'Keep one of the two',
    };
  }
  try {
    if (addresses) return addressesOfTable(addresses.file, value.id, miners, tables);
    return range === undefined
      ? addressesOfPattern(pattern ?? '', value.id, miners, value.layout ?? null)
      : addressesOfRange(range, miners);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    const path = ['containers', index, key];
    return {
      code: error.kind === 'file' ? 'E1214' : error.kind === 'count' ? 'E1209' : 'E1208',
      path,
      what: `${formatPath(path)} ${error.message}`,
      next: adviceFor(error, range, miners),
    };
  }
}

function addressesOfTable(file: string, id: string, miners: number, tables: Tables): number[] {
  const { rows, faults } = tables(file);
  // Its faults are told by themselves: what a faulty line leaves out would only be told again.
  if (faults.length > 0) return [];
  const own = rows.filter(({ container }) => container === id);
  if (own.length === 0 && miners > 0) throw new AddressError('file', `(${file}) has no line for ${id}`);
  return addressesOfRows(own, miners);
}

function adviceFor(error: AddressError, range: string | undefined, miners: number): string {
  if (error.kind === 'file') return 'Give every position from 1 to miners a line with its ip, or correct miners';
  if (error.kind === 'pattern')
    return 'Write a pattern such as 10.20.{container}.{position}, or with a layout 10.{container}.{row}.{column}';
  if (error.kind === 'count' && range && !range.includes('/')) {
    const [first] = range.split('-');
    const exact = suggestRange(first?.trim() ?? '', miners);
    if (exact) return `Try: ${exact}   (or correct miners)`;
  }
  return error.kind === 'count'
    ? 'Use a wider range, or correct miners'
    : 'Try the form 10.20.1.1-10.20.2.52 or 10.20.4.0/23';
}

function suggestRange(first: string, miners: number): string | null {
  const [address] = firstOf(first);
  return address === undefined || miners < 1 ? null : `${first}-${formatIpv4(address + miners - 1)}`;
}

function firstOf(text: string): number[] {
  try {
    return addressesOfRange(text, 1);
  } catch {
    return []; // not an address at all: there is nothing to suggest
  }
}

function smallLayout({ index, value }: Placed<ContainerEntry>): Finding[] {
  const { layout, miners } = value;
  if (!layout || layout.rows * layout.columns >= miners) return [];
  const path = ['containers', index, 'layout'];
  return [
    {
      code: 'E1211',
      path,
      what: `${formatPath(path)} has ${layout.rows} x ${layout.columns} = ${layout.rows * layout.columns} places for ${miners} miners`,
      next: `Try: rows: ${Math.ceil(miners / layout.columns)}`,
    },
  ];
}

/** Containers that claim the same address: one finding per pair, with the first address they share. */
function overlaps(containers: readonly Placed<ContainerEntry>[], addresses: ReadonlyMap<number, number[]>): Finding[] {
  const owners = new Map<number, number>();
  const pairs = new Map<string, { index: number; other: number; first: number; last: number; count: number }>();
  for (const { index, value } of containers) {
    for (const address of addresses.get(index) ?? []) {
      const endpoint = address * 65_536 + value.port;
      const other = owners.get(endpoint);
      if (other === undefined) {
        owners.set(endpoint, index);
        continue;
      }
      const pair = pairs.get(`${index} ${other}`);
      if (pair) {
        pair.last = address;
        pair.count++;
      } else pairs.set(`${index} ${other}`, { index, other, first: address, last: address, count: 1 });
    }
  }
  const byIndex = new Map(containers.map(({ index, value }) => [index, value]));
  return [...pairs.values()].map(({ index, other, first, last, count }): Finding => {
    const path = ['containers', index, keyOf(byIndex.get(index)!)];
    const otherPath = ['containers', other, keyOf(byIndex.get(other)!)];
    const shared = count === 1 ? formatIpv4(first) : `${formatIpv4(first)} to ${formatIpv4(last)}`;
    return {
      code: 'E1204',
      path,
      what:
        index === other
          ? `${formatPath(path)} gives an address twice`
          : `${formatPath(path)} overlaps ${formatPath(otherPath)}`,
      cause: {
        text: `${shared} (${count}) already belong${count === 1 ? 's' : ''} to ${byIndex.get(other)?.id}`,
        path: otherPath,
      },
      next: adviceForOverlap(byIndex.get(index), owners),
    };
  });
}

function adviceForOverlap(container: ContainerEntry | undefined, owners: ReadonlyMap<number, number>): string {
  if (container?.range === undefined || container.range.includes('/')) return 'Give each miner an address of its own';
  // The next /24 after everything that is used: free, and easy to recognise.
  let highest = 0;
  for (const endpoint of owners.keys()) highest = Math.max(highest, Math.floor(endpoint / 65_536));
  const start = (Math.floor(highest / 256) + 1) * 256 + 1;
  return `If it is free, try: ${formatIpv4(start)}-${formatIpv4(start + container.miners - 1)}`;
}

/** Miners read in a second by a small server, with room to spare. */
const MINERS_PER_SECOND = 1000;

function shortInterval({ poll, containers }: Entries): Finding[] {
  if (!poll) return [];
  const findings: Finding[] = [];
  const miners = containers.reduce((sum, { value }) => sum + value.miners, 0);
  const needed = poll.timeout + (miners / MINERS_PER_SECOND) * 1000;
  if (poll.interval < needed) {
    const advised = formatDuration(Math.max(10_000, Math.ceil((2 * needed) / 30_000) * 30_000));
    findings.push({
      code: 'W1310',
      path: ['poll', 'interval'],
      what: `poll.interval: ${formatDuration(poll.interval)} is short for ${miners} miners with a timeout of ${formatDuration(poll.timeout)}`,
      cause: 'polls that take longer than the interval are skipped',
      next: `Try: interval: ${advised}`,
    });
  }
  if (poll.cooling !== undefined && poll.cooling < poll.interval) {
    findings.push({
      code: 'W1311',
      path: ['poll', 'cooling'],
      what: 'poll.cooling is shorter than poll.interval and has no effect',
      cause: 'a cooling loop is read with its container',
      next: `Try: cooling: ${formatDuration(poll.interval)}`,
    });
  }
  return findings;
}

function nothingToRead({ listed }: Entries): Finding[] {
  if (listed > 0) return [];
  return [{ code: 'W1312', path: [], what: 'there is nothing to read', next: 'Add containers: and meters:' }];
}
