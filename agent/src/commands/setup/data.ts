import { setTimeout as sleep } from 'node:timers/promises';
import type { Site } from '../../config/site.ts';
import type { StatusReport } from '../../status/report.ts';
import type { RunningAgent } from './service.ts';

const LOOK_MS = 200;

export interface Arrival {
  /** Containers and meters of the site whose readings the hub has confirmed. */
  containers: string[];
  missing: string[];
  meters: number;
  /** What the agent said last. */
  report: StatusReport | null;
}

/**
 * Waits until the hub has confirmed readings of every container: its ack comes after it has committed them, and
 * counts only when they were taken after `since` (ms since 1970). Ends at the deadline, with what is missing.
 */
export async function untilConfirmed(
  agent: RunningAgent,
  site: Site,
  {
    since,
    withinMs,
    signal,
    onLook,
  }: { since: number; withinMs: number; signal: AbortSignal; onLook: (arrival: Arrival) => void },
): Promise<Arrival> {
  const until = performance.now() + withinMs;
  for (;;) {
    const report = await agent.report();
    const stored = report?.hub.uplink?.stored ?? {};
    const has = (id: string): boolean => (stored[id] ?? 0) >= since;
    const arrival = {
      containers: site.containers.filter(({ id }) => has(id)).map(({ id }) => id),
      missing: site.containers.filter(({ id }) => !has(id)).map(({ id }) => id),
      meters: site.meters.filter(({ id }) => has(id)).length,
      report,
    };
    onLook(arrival);
    if (arrival.missing.length === 0 || performance.now() > until || signal.aborted) return arrival;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined); // the loop sees that it was aborted
  }
}
