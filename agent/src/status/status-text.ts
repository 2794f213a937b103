import { fold } from '../doctor/list-text.ts';
import { grouped, size, span } from '../doctor/text.ts';
import { CONTAINER_WORDS, type ContainerWord, containerWord } from './container-word.ts';
import type { StatusReport } from './report.ts';

/** The report as a technician reads it, at most 80 columns. Every sign has its word. */
export function statusText(report: StatusReport): string {
  const { program, project, site, uptime_s, mode } = report;
  const version = program.split('/')[1] ?? program;
  const title = `${project}${site ? `  ${site}` : ''}`;
  return `${[
    ...wrapped(
      title,
      `running for ${span(uptime_s).en}   version ${version}   ${mode === 'monitor' ? 'read-only' : mode}`,
    ),
    row('Hub', hubWords(report)),
    row('Outbox', outboxWords(report)),
    row('Collection', collectionWords(report)),
    row('', pollWords(report)),
    ...containerRows(report),
    row('Process', `${Math.round(report.memory_mb)} MB, ${Math.round(report.cpu_s)} s of CPU`),
    row('To do', toDo(report)),
    ...report.problems.map((problem) => row('  ! look at', problem)),
    '',
    ...containerTable(report),
  ].join('\n')}\n`;
}

const WIDTH = 80;
const INDENT = 12;
/** A name and what is said of it, on as many lines as it needs. */
const row = (name: string, text: string): string =>
  fold(text, WIDTH - INDENT)
    .map((line, i) => `${(i === 0 ? name : '').padEnd(INDENT)}${line}`.trimEnd())
    .join('\n');

function wrapped(title: string, rest: string): string[] {
  const line = `${title}   ${rest}`;
  return line.length <= WIDTH ? [line] : [title, rest];
}

const PHASES: Readonly<Record<string, string>> = {
  sending: 'connected',
  waiting: 'connected, no hub takes data',
  connecting: 'not connected',
  starting: 'starting',
};

function hubWords({ hub, now }: StatusReport): string {
  const { uplink, phase, advice } = hub;
  if (advice) return `${PHASES[phase] ?? phase}: ${advice}`;
  const trip = phase === 'sending' && uplink?.roundTripMs != null ? ` (${Math.round(uplink.roundTripMs)} ms)` : '';
  const last = uplink?.lastAckAt ?? null;
  const contact =
    last === null ? 'nothing confirmed yet' : `last confirmation ${span((Date.parse(now) - last) / 1000).en} ago`;
  return `${PHASES[phase] ?? phase}${trip}   ${contact}`;
}

function outboxWords({ outbox, now }: StatusReport): string {
  if (outbox === null) return 'cannot tell';
  if (outbox.batches === 0) return 'empty, the hub has everything';
  const oldest =
    outbox.oldest_at === null ? '' : `, oldest ${span((Date.parse(now) - Date.parse(outbox.oldest_at)) / 1000).en}`;
  return `${grouped(outbox.batches)} batches wait (${size(outbox.bytes).en})${oldest}`;
}

function collectionWords({ poller, interval_s }: StatusReport): string {
  const took = Math.max(0, ...poller.containers.map(({ tookMs }) => tookMs)) / 1000;
  const { answering, miners } = poller;
  const silent = miners - answering;
  const words = [
    `every ${interval_s} s, slowest ${took.toFixed(1)} s`,
    `${grouped(answering)} of ${grouped(miners)} answer`,
    ...(silent > 0 ? [`${grouped(silent)} silent`] : []),
  ];
  return words.join('   ');
}

function pollWords({ poller: { polls, skipped, meters } }: StatusReport): string {
  const read = meters.meters > 0 ? `meters ${meters.answering} of ${meters.meters}   ` : '';
  return `${read}${grouped(polls)} polls done, ${grouped(skipped)} left out for being late`;
}

const SAID: Readonly<Record<ContainerWord, string>> = {
  normal: 'normal',
  warning: 'warning',
  critical: 'no answer',
  maintenance: 'maintenance',
  unread: 'not read yet',
};

/** `56 normal`, and the others by name, as many as fit. */
function containerRows({ poller, maintenance }: StatusReport): string[] {
  const groups = Map.groupBy(poller.containers, (one) => containerWord(one, maintenance));
  const parts = CONTAINER_WORDS.flatMap((word) => {
    const ids = groups.get(word)?.map(({ container }) => container) ?? [];
    if (ids.length === 0) return [];
    const names =
      word === 'normal' || word === 'unread' ? '' : ` (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', ...' : ''})`;
    return [`${ids.length} ${SAID[word]}${names}`];
  });
  const until = maintenance
    .slice(0, 3)
    .map(({ subject, until: end, reason }) => `${subject} until ${end.slice(11, 16)} UTC: ${reason}`);
  return [
    ...parts.map((part, i) => row(i === 0 ? 'Containers' : '', part)),
    ...until.map((words) => row('', words.slice(0, WIDTH - INDENT))),
  ];
}

function toDo({ doctor }: StatusReport): string {
  if (doctor === null) return 'the doctor has not looked yet';
  const { error, warning } = doctor;
  if (error + warning === 0) return 'nothing';
  const words = [
    ...(error > 0 ? [`${error} error${error === 1 ? '' : 's'}`] : []),
    ...(warning > 0 ? [`${warning} warning${warning === 1 ? '' : 's'}`] : []),
  ];
  return `${words.join(', ')}   → hearst-agent doctor`;
}

function containerTable({ poller: { containers }, maintenance }: StatusReport): string[] {
  if (containers.length === 0) return [];
  const rows = containers.map((one) => {
    const word = SAID[containerWord(one, maintenance)];
    const { container, answering, miners, cooling, at, tookMs } = one;
    if (at === null) return `  ${container.padEnd(16)} ${word}`;
    return `  ${container.padEnd(16)} ${word.padEnd(12)} ${`${answering}/${miners}`.padStart(9)}  ${(cooling ?? '-').padEnd(8)} ${`${tookMs} ms`.padStart(9)}`;
  });
  const head = `  ${'container'.padEnd(16)} ${'state'.padEnd(12)} ${'answering'.padStart(9)}  ${'cooling'.padEnd(8)} ${'took'.padStart(9)}`;
  return [head, ...rows];
}
