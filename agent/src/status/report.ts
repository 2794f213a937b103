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
  outbox: { id: string; batches: number; bytes: number; oldest_at: string | null } | null;
  memory_mb: number;
  cpu_s: number;
  poller: PollerState;
}

/** The report as a technician reads it, at most 80 columns. */
export function statusText(report: StatusReport): string {
  const { poller, hub, outbox } = report;
  const lines = [
    `${report.project}${report.site ? `  ${report.site}` : ''}   ${report.program}, up ${span(report.uptime_s)}`,
    '',
    row('Hub', hub.phase + (hub.advice ? `: ${hub.advice}` : '')),
    row('Outbox', outbox ? outboxText(outbox, report.now) : 'cannot tell'),
    row('Miners', `${count(poller.answering)} of ${count(poller.miners)} answer`),
    row('Meters', `${poller.meters.answering} of ${poller.meters.meters} answer`),
    row('Polls', `${count(poller.polls)} done, ${count(poller.skipped)} left out for being late`),
    row('Pace', `${poller.pace.limit} at once, 95 % answer within ${poller.pace.p95_ms} ms`),
    row('Process', `${Math.round(report.memory_mb)} MB, ${Math.round(report.cpu_s)} s of CPU`),
    '',
    ...containerTable(poller.containers),
  ];
  if (report.problems.length > 0) lines.push('', 'To look at', ...report.problems.map((problem) => `  ! ${problem}`));
  return `${lines.join('\n')}\n`;
}

const row = (name: string, text: string): string => `${name.padEnd(10)}${text}`;
const count = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

function outboxText(outbox: NonNullable<StatusReport['outbox']>, now: string): string {
  if (outbox.batches === 0) return 'empty, the hub has everything';
  const age = outbox.oldest_at ? (Date.parse(now) - Date.parse(outbox.oldest_at)) / 1000 : 0;
  return `${count(outbox.batches)} batches wait (${(outbox.bytes / 1e6).toFixed(1)} MB), oldest ${span(age)}`;
}

function containerTable(containers: PollerState['containers']): string[] {
  if (containers.length === 0) return [];
  const rows = containers.map(({ container, answering, miners, cooling, at, tookMs }) =>
    at === null
      ? `  ${container.padEnd(14)} not read yet`
      : `  ${container.padEnd(14)} ${`${answering}/${miners}`.padStart(9)}  ${(cooling ?? '-').padEnd(8)} ${`${tookMs} ms`.padStart(9)}`,
  );
  return [
    `  ${'container'.padEnd(14)} ${'answering'.padStart(9)}  ${'cooling'.padEnd(8)} ${'took'.padStart(9)}`,
    ...rows,
  ];
}

/** `12 s`, `4 min`, `3 h 20 min`, `6 d 4 h`. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}
