import type { Layout } from '@hearst/protocol';
import type { CoolingTarget } from '../drivers/cooling/read.ts';
import type { DeviceAddress } from '../drivers/driver.ts';
import type { ReadingOptions } from '../drivers/modbus/tailor.ts';

/** A site file that has been believed: what the agent reads, and how often. */
export interface Site {
  project: string;
  name: string | null;
  timeZone: string;
  hubUrl: string | null;
  /** File with the certificates in PEM that the hub and its broker are known by; null: as enrolled, or the usual ones. */
  hubCa: string | null;
  poll: PollSettings;
  transformers: { id: string; ratedKva: number | null; monitor: ModbusTarget | null }[];
  containers: Container[];
  meters: Meter[];
  networks: Networks;
  /** Null: the default folder below the data folder, the default size. */
  outbox: { folder: string | null; maxBytes: number | null };
  localPort: number;
  /** Where browsers of the site's network may look too: an address of this machine, and the file with the code. */
  localNetwork: { address: string; codeFile: string } | null;
  /** The tables of positions it refers to, as written. */
  positionFiles: string[];
}

export interface PollSettings {
  intervalMs: number;
  coolingMs: number;
  metersMs: number;
  /** Deadline of one request to a device. */
  timeoutMs: number;
  /** The most miners asked at once; the poller uses fewer when devices grow slow. */
  concurrency: number;
  /** Over how long the containers' starts are spread within an interval. */
  spreadMs: number;
  /** Counters travel with every n-th poll of a container, and at once after a restart of one of its miners. */
  countersEvery: number;
}

/** What a sweep looks at besides the addresses the site names. */
export interface Networks {
  /** Ranges and CIDRs, all of them sound. */
  ranges: string[];
  exclude: string[];
  /** The most addresses a second. */
  rate: number;
}

/** Serial and MAC that a table of positions gives for a slot. */
export interface ExpectedIdentity {
  serial: string | null;
  mac: string | null;
}

export interface Container {
  id: string;
  model: string | null;
  transformer: string | null;
  /** One address per slot; the first is position 1. */
  addresses: string[];
  /** Where the addresses come from. */
  addressedBy: 'range' | 'pattern' | 'file';
  /** By position, what its table of positions says of the hardware; empty without one. */
  identities: ReadonlyMap<number, ExpectedIdentity>;
  port: number;
  layout: Layout | null;
  cooling: CoolingTarget | null;
}

export interface ModbusTarget {
  address: DeviceAddress;
  unit: number;
  profile: string;
}

export interface Meter extends ModbusTarget {
  id: string;
  transformer: string | null;
  options: ReadingOptions;
  /** The monitor of its transformer, whose values travel with its own; of several meters of one, the first has it. */
  monitor: ModbusTarget | null;
}

/** How many miners the site file names. */
export function minersOf(site: Site): number {
  return site.containers.reduce((sum, container) => sum + container.addresses.length, 0);
}
