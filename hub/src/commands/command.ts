import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { PoolClient } from 'pg';
import { type Actor, recordActivities } from '../activity/record.ts';
import { type HubConfig, loadConfig } from '../config.ts';
import { reachDatabase } from '../database-place.ts';
import { Database, includeProject, withContext } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { OWNER_ROLE } from '../db/roles.ts';
import { EXIT, HubError } from '../errors.ts';
import type { UnsignedChange } from '../http/change.ts';
import { Problem } from '../http/problem.ts';
import { createLog, type Log } from '../log.ts';
import { missingPart } from '../missing-part.ts';

/** What commands see of the world outside; tests bring their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  out(text: string): void;
  err(text: string): void;
  /** Where the log's lines go. Commands other than `serve` log warnings only: their results are what counts. */
  readonly log?: Log;
}

/** A command's outcome: the same facts for programs (`--json`) and for people. */
export interface Outcome {
  readonly data: unknown;
  readonly text: string;
}

/** Set by whichever command ran: what the process ends with. */
export interface Ending {
  code: number;
}

/**
 * Adds `--json` and the action. Results go to standard output, faults to standard error, or both as one document
 * `{ ok, data, problems }` on standard output.
 */
export function action<Args extends unknown[]>(
  command: Command,
  io: Io,
  ending: Ending,
  work: (...args: Args) => Promise<Outcome>,
): void {
  command.option('--json', 'answer with one JSON document');
  command.action(async (...args: unknown[]) => {
    const json = command.opts<{ json?: boolean }>().json === true;
    try {
      // commander appends the options and the command itself to the arguments declared.
      const { data, text } = await work(...(args as Args));
      io.out(json ? document({ ok: true, data, problems: [] }) : `${text}\n`);
    } catch (thrown) {
      const error = missingPart(thrown) ?? thrown;
      ending.code = error instanceof HubError ? error.exitCode : EXIT.failed;
      const message = describe(error);
      if (json) io.out(document({ ok: false, data: null, problems: [{ message }] }));
      else io.err(`${message}\n`);
    }
  });
}

function document(content: unknown): string {
  return `${JSON.stringify(content)}\n`;
}

/** What a person is told of an error: a foreseen one in its own words, another with where it came from. */
export function describe(error: unknown): string {
  if (error instanceof HubError || error instanceof Problem) return error.message;
  return `The hub failed in a way nobody foresaw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/**
 * Runs `work` in one transaction of the database's owner that may see every project. What it changes it writes into the
 * activity log with `change.record`, as `system:<os user>`, in that transaction.
 *
 * @param before what has to be committed before it begins
 */
export async function asOwner<T>(
  io: Io,
  work: (client: PoolClient, config: HubConfig, change: UnsignedChange) => Promise<T>,
  before: (database: Database) => Promise<void> = async () => {},
): Promise<T> {
  const config = loadConfig(io.env);
  const log = io.log ?? createLog('warn');
  const place = await reachDatabase(config, log);
  try {
    if (place.started) await migrate(place.url, { log });
    const database = await Database.open({ url: place.url, log, connections: { owner: 1 } });
    try {
      await before(database);
      return await withContext(database.owner, { role: 'super_admin' }, async (client) => {
        await client.query(`set local role ${OWNER_ROLE}`);
        return await work(client, config, changeOf(client, new Date(io.now())));
      });
    } catch (error) {
      throw explained(error);
    } finally {
      await database.close();
    }
  } finally {
    await place.release();
  }
}

function changeOf(client: PoolClient, at: Date): UnsignedChange {
  const name = operator();
  const actor: Actor = { kind: 'system', id: name, name, address: null, requestId: null };
  return {
    client,
    at,
    record: (...activities) => recordActivities(client, actor, activities, at),
    include: (projectId) => includeProject(client, projectId),
  };
}

/** What to do about the two faults that a command meets in a database that no hub has prepared; other errors as they are. */
export function explained(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === '42P01' || code === '22023' || code === '42704')
    return new HubError('The database does not hold the tables of Hearst Control yet. Run: hearst-hub migrate', {
      cause: error,
    });
  if (code === '42501')
    return new HubError(
      "The user in DATABASE_URL may not act as the database's owner (hearst_owner). Use the user that the hub runs with.",
      { cause: error },
    );
  return error;
}

/** Who runs the command, for the record. */
export function operator(): string {
  try {
    return `system:${userInfo().username}`;
  } catch {
    return `system:uid-${process.getuid?.() ?? 'unknown'}`; // A uid without an entry in the list of users.
  }
}

/** The hub's address as far as it knows it itself. */
export function addressOf(config: HubConfig): string {
  return (
    config.publicUrl ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.httpPort}`
  );
}

/** A moment as a terminal shows it, to the minute, UTC: a line has eighty characters. */
export function shortTime(at: Date | string | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** Rows as text columns under their headings, for a terminal. */
export function table(headings: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map((cell) => cell ?? '-'))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
