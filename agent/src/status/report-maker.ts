import type { Site } from '../config/site.ts';
import type { Examination } from '../doctor/check.ts';
import { tally } from '../doctor/examine.ts';
import type { Trend } from '../doctor/view.ts';
import type { Link } from '../link.ts';
import type { MaintenanceEntry } from '../maintenance/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Poller } from '../poller/poller.ts';
import { PROGRAM } from '../version.ts';
import type { OutboxReport, StatusReport } from './report.ts';

/** The working parts that a report is about. */
export interface Parts {
  outbox: Outbox;
  poller: Poller;
  link: Link;
}

export interface ReportContext {
  site: Site;
  boot: string;
  /** ms since 1970 UTC. */
  startedAt: number;
  now: number;
  doctor: Examination | null;
  trend: Trend | null;
  maintenance: MaintenanceEntry[];
}

/** Everything the agent says of itself. */
export function reportOf({ outbox, poller: poll, link }: Parts, context: ReportContext): StatusReport {
  const { site, boot, startedAt, now, doctor, trend, maintenance } = context;
  const poller = poll.state();
  const hub = link.report();
  const depth = outboxOf(outbox, trend);
  const problems = [
    ...(hub.advice ? [`hub: ${hub.advice}`] : []),
    ...(poller.kept.trouble
      ? [`outbox refuses readings: ${poller.kept.trouble}; ${poller.kept.held} batches held in memory`]
      : []),
    ...('refused' in depth ? [`outbox: ${depth.refused}`] : []),
    ...Object.keys(poller.devices.faults).map((fault) => `driver fault: ${fault}`),
  ];
  const { user, system } = process.cpuUsage();
  return {
    program: PROGRAM,
    pid: process.pid,
    boot,
    project: site.project,
    site: site.name,
    started_at: new Date(startedAt).toISOString(),
    uptime_s: Math.round((now - startedAt) / 1000),
    now: new Date(now).toISOString(),
    ready: poller.kept.batches > 0 && poller.polls > 0 && poller.kept.trouble === null,
    problems,
    hub,
    outbox: 'refused' in depth ? null : depth,
    mode: 'monitor',
    interval_s: site.poll.intervalMs / 1000,
    doctor: doctor && tally(doctor.findings),
    maintenance,
    memory_mb: process.memoryUsage.rss() / 1e6,
    cpu_s: (user + system) / 1e6,
    poller,
  };
}

function outboxOf(outbox: Outbox, trend: Trend | null): OutboxReport | { refused: string } {
  try {
    const { batches, bytes, oldestAt } = outbox.depth();
    const { fileBytes, maxBytes, path } = outbox.settings();
    return {
      id: outbox.id,
      batches,
      bytes,
      oldest_at: oldestAt === null ? null : new Date(oldestAt).toISOString(),
      file_bytes: fileBytes,
      max_bytes: maxBytes,
      path,
      growth: trend && { s: trend.s, batches: trend.batches, bytes: trend.bytes },
    };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
