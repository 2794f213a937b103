import type { Fault } from '../config/fault.ts';
import type { Site } from '../config/site.ts';
import type { StatusReport } from '../status/report.ts';

/**
 * Everything the checks look at, gathered at one moment. Null stands for what could not be learnt here; a check that
 * needs it says nothing rather than "well".
 */
export interface View {
  /** ms since 1970 UTC. */
  readonly now: number;
  readonly dataFolder: string;
  readonly machine: MachineFacts;
  readonly folder: FolderFacts;
  readonly config: ConfigFacts;
  readonly site: Site | null;
  readonly network: NetworkFacts;
  /** Null before the agent was enrolled, and where the hub was not asked. */
  readonly hub: HubFacts | null;
  /** Whether there is a credential that can be used, and for this site. */
  readonly enrolment: { readonly state: 'ok' | 'missing' | 'unusable' | 'other_project'; readonly detail: string };
  /** What the running agent says of itself; null where none runs. */
  readonly running: StatusReport | null;
  readonly service: ServiceFacts;
  /** What changed lately in the running agent; null until it was looked at twice. */
  readonly trend: Trend | null;
  /** Containers as the last poll, or a look right now, found them; null where neither took place. */
  readonly containers: readonly ContainerFacts[] | null;
  readonly inventory: InventoryFacts | null;
  /** Null: nothing was swept yet. */
  readonly scan: ScanFacts | null;
  /** The cap of the outbox, bytes. */
  readonly outboxMaxBytes: number | null;
}

export interface MachineFacts {
  readonly memory: { readonly total: number; readonly available: number };
  /** The agent's own resident memory and the cap a service manager set for it, bytes. */
  readonly ownMemory: { readonly used: number; readonly cap: number } | null;
  /** The file system under the data folder, bytes. */
  readonly disk: { readonly total: number; readonly free: number } | null;
  readonly inodes: { readonly total: number; readonly free: number } | null;
  readonly openFiles: { readonly limit: number; readonly used: number } | null;
  readonly timeZone: string;
  /** Whether the system's clock is kept by a time server. */
  readonly clockKept: boolean | null;
}

export interface FolderFacts {
  readonly writable: boolean | null;
  /** Paths whose mode lets others in, with the mode they should have. */
  readonly open: readonly { readonly path: string; readonly mode: number; readonly wanted: number }[];
}

export interface ConfigFacts {
  readonly file: string;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

export interface NetworkFacts {
  /** Addresses of this machine beyond loopback. */
  readonly addresses: readonly { readonly name: string; readonly address: string; readonly cidr: string }[];
  /** The default gateway; null without one, undefined where it cannot be told. */
  readonly gateway: string | null | undefined;
  /** Ranges of the site file that no route leads to, as `QATAR-C12 10.20.24.1`. */
  readonly unrouted: readonly string[];
}

export interface HubFacts {
  readonly url: string;
  readonly dns: { readonly ok: boolean; readonly detail: string };
  /** Null: no encryption (this machine only). */
  readonly tls: { readonly ok: boolean; readonly detail: string; readonly daysLeft: number | null } | null;
  readonly http: { readonly ok: boolean; readonly detail: string; readonly ms: number | null };
  /** The broker's port; null where it was not tried. */
  readonly broker: { readonly ok: boolean; readonly detail: string } | null;
}

export interface ServiceFacts {
  /** Whether a service manager started the agent. */
  readonly managed: boolean;
  /** Starts within the last hour, this one included. */
  readonly starts: number;
  /** The watchdog: how often it wants to hear, and when it last did; null without one. */
  readonly watchdog: {
    readonly everyMs: number;
    readonly lastMs: number | null;
    readonly trouble: string | null;
  } | null;
}

export interface Trend {
  /** Over how long, s. */
  readonly s: number;
  /** Polls left out, batches and bytes that came to wait, within it. */
  readonly skipped: number;
  readonly batches: number;
  readonly bytes: number;
}

export interface ContainerFacts {
  readonly id: string;
  /** Of so many, how many answered. */
  readonly asked: number;
  readonly answering: number;
  readonly cooling: 'answers' | 'silent' | null;
  /** How long the poll took, ms; null where none was timed. */
  readonly tookMs: number | null;
  /** Until when somebody works on it, ms since 1970; null when nobody does. */
  readonly maintenanceUntil: number | null;
}

export interface ScanFacts {
  /** When it was swept, RFC 3339. */
  readonly at: string;
  /** Addresses of miners that answered and have no place in the site file. */
  readonly unplaced: readonly string[];
}

export interface InventoryFacts {
  /** Miners that never answered since the agent's start, although their container does. */
  readonly missing: readonly string[];
  /** Serial or MAC numbers that answer in more than one place. */
  readonly duplicates: readonly { readonly identity: string; readonly places: readonly string[] }[];
  /** Types of miner that no definition knows, with how many there are. */
  readonly unknown: readonly { readonly type: string; readonly count: number }[];
}
