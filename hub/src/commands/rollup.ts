import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { reachDatabase } from '../database-place.ts';
import { Database, withContext } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { timeZones } from '../db/queries/projects.ts';
import { beginRollup, rawFrom } from '../db/queries/rollup-marks.ts';
import { HubError } from '../errors.ts';
import { createLog } from '../log.ts';
import { computedFrom } from '../rollup/horizon.ts';
import { markSpan, rollUp, settleDues } from '../rollup/rollup.ts';
import { dayBoundaries } from '../series/days.ts';
import { action, type Ending, explained, type Io } from './command.ts';

interface Options {
  readonly project: string;
  readonly from: string;
  readonly to: string;
}

/** `rollup --project ID --from DATE --to DATE`: computes the buckets of some days anew from the raw frames. */
export function rollupCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('rollup')
    .description("compute some days' buckets anew from the raw frames")
    .requiredOption('--project <id>', 'the project')
    .requiredOption('--from <date>', "the first day, of the project's time zone: 2026-11-23")
    .requiredOption('--to <date>', 'the last day');
  action(command, io, ending, async (options: Options) => {
    const config = loadConfig(io.env);
    const log = io.log ?? createLog('warn');
    const place = await reachDatabase(config, log);
    try {
      if (place.started) await migrate(place.url, { log });
      const database = await Database.open({ url: place.url, log });
      try {
        // As owner: hearst_ingest, who rolls up, comes with the tables.
        await database.owner.query('select from rollup_marks limit 0');
        return await rebuild(database, options, io.now);
      } catch (error) {
        throw explained(error);
      } finally {
        await database.close();
      }
    } finally {
      await place.release();
    }
  });
}

async function rebuild(database: Database, options: Options, now: () => number) {
  const project = options.project.toUpperCase();
  const pool = database.ingest;
  const marks = await withContext(pool, { projectIds: [project] }, async (client) => {
    await beginRollup(client);
    const zone = (await timeZones(client)).get(project);
    if (zone === undefined) throw new HubError(`There is no project ${project}. hearst-hub seed makes the first ones.`);
    const from = spanOf(dateOf('--from', options.from), zone)[0];
    const to = Math.min(spanOf(dateOf('--to', options.to), zone)[1], now());
    if (from >= to) throw new HubError(`--from ${options.from} to --to ${options.to} holds no time that has passed.`);
    const first = computedFrom(await rawFrom(client, project));
    if (from < first)
      throw new HubError(
        `The raw frames of ${project} before ${new Date(first).toISOString()} may be gone, so its buckets of ` +
          `${options.from} cannot be computed anew. What is stored of them stays. Choose a later --from.`,
      );
    return markSpan(client, project, from, to);
  });
  const rolled = await rollUp({ pool, now });
  const above = await settleDues({ pool, now }, project);
  const data = {
    project_id: project,
    marks,
    fine: rolled.fine,
    hours: rolled.hours + above.hours,
    days: rolled.days + above.days,
  };
  const text = `Computed anew of ${project}: ${data.fine} buckets of five minutes, ${data.hours} hours, ${data.days} days.`;
  return { data, text };
}

function spanOf(date: number, zone: string): [from: number, to: number] {
  const noon = date + 43_200_000;
  const edges = dayBoundaries({ from: noon - 86_400_000, to: noon + 86_400_000 }, zone);
  const days = edges.slice(0, -1).map((at, i): [number, number] => [at, edges[i + 1] ?? at]);
  const local = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' });
  const wanted = new Date(date).toISOString().slice(0, 10);
  const day = days.find(([at]) => local.format(at) === wanted);
  if (day === undefined) throw new HubError(`${wanted} is no day in ${zone}.`);
  return day;
}

function dateOf(option: string, text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
    throw new HubError(`${option} ${text} is no date: write it as 2026-11-23.`);
  return at;
}
