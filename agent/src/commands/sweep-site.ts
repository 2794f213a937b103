import { systemClock } from '../clock.ts';
import { AddressError } from '../config/addresses.ts';
import type { Site } from '../config/site.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import { expectedAddresses, expectedModbus, portsOf } from '../inventory/expected.ts';
import type { Inventory } from '../inventory/store.ts';
import { AddressSet } from '../scan/address-set.ts';
import type { ScanResult } from '../scan/device.ts';
import { Scan } from '../scan/scan.ts';
import type { Port } from '../scan/sweep.ts';
import { CommandFailure, EXIT, type Surroundings } from './command.ts';
import { listenToKeys } from './keys.ts';
import { scanLines, scanPlain, showProgress } from './progress.ts';

export interface SweepRequest {
  /** Null: there is no site file. */
  site: Site | null;
  profiles: Profiles;
  inventory: Inventory;
  /** What to look at; empty: what the site file names. */
  ranges: readonly string[];
  exclude: readonly string[];
  rate: number | undefined;
  width: number | undefined;
  timeoutMs: number | undefined;
  minerPort: number | undefined;
  modbusPort: number | undefined;
  /** What stands before the progress bar. */
  head: string;
}

/** More than this many addresses are a slip of the pen: they would take an hour. */
export const MOST_ADDRESSES = 2 ** 20;

/** Sweeps, showing how far it is; `p` pauses, Ctrl-C ends it with what there is. Throws CommandFailure for bad ranges. */
export async function sweepSite(surroundings: Surroundings, request: SweepRequest): Promise<ScanResult> {
  const { site, profiles, rate, width, timeoutMs, head } = request;
  const { terminal } = surroundings;
  const stop = new AbortController();
  const addresses = addressesOf(request);
  const expected = Map.groupBy(site ? expectedModbus(site) : [], ({ ip, port }) => `${ip}:${port}`);
  const scan = new Scan({
    addresses,
    ports: ports(request),
    profiles,
    unitsAt: (ip, port) => expected.get(`${ip}:${port}`) ?? [],
    rate: rate ?? site?.networks.rate ?? 500,
    ...(width === undefined ? {} : { width }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    clock: systemClock,
    signal: stop.signal,
  });
  const hide = showProgress(surroundings, {
    lines: (columns) => scanLines(scan.progress(), head, columns, terminal.unicode),
    plain: () => scanPlain(scan.progress()),
  });
  const release = listenToKeys({
    pause: () => (scan.progress().paused ? scan.resume() : scan.pause()),
    end: () => stop.abort(),
  });
  try {
    return await scan.run();
  } finally {
    release();
    hide();
  }
}

function addressesOf({ site, inventory, ranges, exclude }: SweepRequest): AddressSet {
  const wanted = ranges.length > 0 ? ranges : (site?.networks.ranges ?? []);
  const named = ranges.length > 0 || !site ? [] : expectedAddresses(site, inventory.by_hand);
  let set: AddressSet;
  try {
    set = AddressSet.of(wanted, [...exclude, ...(site?.networks.exclude ?? [])], named);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw usage('E2311', error.message, 'Try: hearst-agent scan 10.20.0.0/16   or 10.20.1.1-10.20.2.52');
  }
  if (set.size === 0)
    throw usage('E2310', 'there is nothing to sweep', 'Name a range: hearst-agent scan 10.20.0.0/16, or a site file');
  if (set.size > MOST_ADDRESSES)
    throw usage('E2312', `${set.size} addresses are too many for one sweep`, `At most ${MOST_ADDRESSES}: a /12`);
  return set;
}

function ports({ site, minerPort, modbusPort }: SweepRequest): Port[] {
  return portsOf(site)
    .map(({ kind, port }): Port => ({ kind, port: (kind === 'miner' ? minerPort : modbusPort) ?? port }))
    .filter(({ kind, port }, i, all) => all.findIndex((one) => one.kind === kind && one.port === port) === i);
}

function usage(code: string, what: string, next: string): CommandFailure {
  return new CommandFailure(EXIT.usage, { code, what, where: '', cause: null, next });
}
