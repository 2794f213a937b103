import type { MaintenanceEntry } from '../maintenance/entry.ts';
import type { PollerState } from '../poller/poller.ts';
import type { UplinkState } from '../uplink/uplink.ts';

/** How the agent stands with the hub, as the status page says it. */
export interface HubReport {
  /** `not_enrolled`, `wrong_project`, `bad_credential`, or the uplink's phase. */
  phase: string;
  /** What to do, where something is to be done. */
  advice: string | null;
  /** Everything the uplink says of itself; null without one. */
  uplink: UplinkState | null;
}

/** What waits for the hub. */
export interface OutboxReport {
  id: string;
  batches: number;
  bytes: number;
  oldest_at: string | null;
  /** The file as it is on disk and the most it may become, bytes. */
  file_bytes: number;
  max_bytes: number;
  path: string;
  /** What came to wait within the last minutes; null until it was looked at twice. */
  growth: { s: number; batches: number; bytes: number } | null;
}

/** What `/status.json` answers; keys are only ever added. */
export interface StatusReport {
  program: string;
  pid: number;
  boot: string;
  project: string;
  site: string | null;
  started_at: string;
  uptime_s: number;
  now: string;
  /** Whether readings are taken and kept. */
  ready: boolean;
  /** What somebody should look at, in words. */
  problems: string[];
  hub: HubReport;
  /** What waits for the hub; null when the outbox cannot tell (see problems). */
  outbox: OutboxReport | null;
  /** What this agent may do: `monitor`, nothing but look. */
  mode: 'monitor';
  /** The poll interval, s. */
  interval_s: number;
  /** What the doctor said last, in numbers; null before its first round. */
  doctor: { ok: number; warning: number; error: number; skipped: number } | null;
  /** What somebody works on now. */
  maintenance: MaintenanceEntry[];
  memory_mb: number;
  cpu_s: number;
  poller: PollerState;
}
