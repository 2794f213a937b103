import { grouped, size, span } from '../doctor/text.ts';
import { dataFolder } from '../folders.ts';
import type { OutboxReport } from '../status/report.ts';
import { type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';
import { RunningAgent } from './running-agent.ts';

export const declareOutbox: Declare = (program, perform) => {
  const outbox = program.command('outbox').description('readings that wait for the hub');
  outbox
    .command('status')
    .description('how many wait, since when, how much room they take, and whether they grow')
    .action((_options, command) => perform(command, outboxStatus));
};

/** `outbox status`: the outbox has one owner, the running agent, so that one is asked. Exit 69 where none runs. */
export async function outboxStatus({ data, environment }: Surroundings): Promise<Outcome> {
  const { report } = await RunningAgent.find(dataFolder(data, environment));
  const { outbox, hub, poller } = report;
  if (outbox === null) {
    const what = report.problems.find((problem) => problem.startsWith('outbox')) ?? 'the outbox cannot be read';
    const problem = { code: 'E3601', what, where: '', cause: null, next: 'hearst-agent doctor --only buffer' };
    return { code: EXIT.failed, data: null, problems: [problem], text: '' };
  }
  const { held, lost_readings } = poller.kept;
  const state = { hub: hub.phase, held_batches: held, lost_readings };
  return { code: EXIT.ok, data: { ...outbox, ...state }, problems: [], text: textOf(outbox, report.now, state) };
}

function textOf(
  { batches, bytes, oldest_at, growth, file_bytes, max_bytes, path }: OutboxReport,
  now: string,
  { hub, held_batches, lost_readings }: { hub: string; held_batches: number; lost_readings: number },
): string {
  const oldest =
    oldest_at === null
      ? 'none waits'
      : `${span((Date.parse(now) - Date.parse(oldest_at)) / 1000).en} old, from ${oldest_at}`;
  const share = Math.round((100 * bytes) / max_bytes);
  const grown = growth && `${growth.batches > 0 ? '+' : ''}${grouped(growth.batches)} batches in ${span(growth.s).en}`;
  return [
    `File        ${path}`,
    `Waiting     ${grouped(batches)} batches, ${size(bytes).en}   (hub: ${hub})`,
    `Oldest      ${oldest}`,
    `Growth      ${grown ?? 'not known yet'}`,
    `On disk     ${size(file_bytes).en}, what is confirmed is kept 6 h`,
    `Cap         ${size(max_bytes).en}, ${share} % of it waits`,
    ...(held_batches > 0 ? [`In memory   ${grouped(held_batches)} batches that the disk refuses`] : []),
    ...(lost_readings > 0 ? [`Lost        ${grouped(lost_readings)} readings since the start`] : []),
  ].join('\n');
}
