import { existsSync } from 'node:fs';
import type { PoolClient } from 'pg';
import type { HubConfig } from '../config.ts';
import { clusterFolder, reachDatabase } from '../database-place.ts';
import { Database, withContext } from '../db/client.ts';
import { OWNER_ROLE } from '../db/roles.ts';
import type { Log } from '../log.ts';
import { askHub } from './ask-hub.ts';
import { type Check, type Ended, error, type Found, ok, type Patient } from './check.ts';
import { DATABASE_CHECKS } from './database-checks.ts';
import { MACHINE_CHECKS } from './machine-checks.ts';
import { WORK_CHECKS } from './work-checks.ts';

/** What became of one check. */
export interface Checked extends Found {
  readonly code: string;
  readonly name: string;
}

const DEADLINE_MS = 15_000;
const REACHED = { code: 'H1101', name: 'database' } as const;
/** Of tables, settings and roles that are not there: no hub has prepared this database. */
const UNPREPARED = new Set(['42P01', '22023', '42704', '3F000']);

/** Every check, in the order in which they are told. */
export const CHECKS: readonly Omit<Check, 'run'>[] = [REACHED, ...DATABASE_CHECKS, ...WORK_CHECKS, ...MACHINE_CHECKS];

/** Looks at a hub from outside: changes nothing in it, and never throws. */
export async function examine(options: { config: HubConfig; log: Log; now: () => number }): Promise<Checked[]> {
  const { config, log, now } = options;
  const patient = { config, now, hub: await askHub(config) };
  const withDatabase = [...DATABASE_CHECKS, ...WORK_CHECKS];
  // The others wait for a network: not within a transaction.
  const machine = runAll(MACHINE_CHECKS, { ...patient, client: null });
  const done: Checked[] = [];
  try {
    if (config.databaseUrl === null && !existsSync(clusterFolder(config.dataDir))) throw new NoDatabase(config.dataDir);
    await asReader(config, log, async (client, started) => {
      // The first word with the database: without its tables this fails, and all the rest is left out.
      await client.query('select from installation');
      done.push({ ...REACHED, ...ok(started ? 'starts (no hub runs on it now)' : 'reached') });
      done.push(...(await runAll(withDatabase, { ...patient, client })));
    });
  } catch (fault) {
    if (done.length === 0) done.push({ ...REACHED, ...unreached(fault as Error) });
    if (done.length === 1) done.push(...(await runAll(withDatabase, { ...patient, client: null })));
  }
  return [...done, ...(await machine)];
}

/** The worst of some outcomes; skipped ones say nothing. */
export function worst(outcomes: readonly Ended[]): 'ok' | 'warning' | 'error' {
  if (outcomes.includes('error')) return 'error';
  return outcomes.includes('warning') ? 'warning' : 'ok';
}

class NoDatabase extends Error {}

/** Runs `work` in a read-only transaction of the database's owner who sees every project. */
export async function asReader<T>(
  config: HubConfig,
  log: Log,
  work: (client: PoolClient, started: boolean) => Promise<T>,
): Promise<T> {
  const place = await reachDatabase(config, log);
  try {
    const database = await Database.open({ url: place.url, log, connections: { owner: 1 } });
    try {
      return await withContext(database.owner, { role: 'super_admin', readOnly: true }, async (client) => {
        await client.query(`set local role ${OWNER_ROLE}`);
        return await work(client, place.started);
      });
    } finally {
      await database.close();
    }
  } finally {
    await place.release();
  }
}

function unreached(fault: Error): Found {
  if (fault instanceof NoDatabase)
    return error(
      `there is none in ${fault.message}`,
      'no hub has run there yet, or HEARST_DATA_DIR names another folder than for serve',
      'set HEARST_DATA_DIR, and DATABASE_URL where the hub has one, as for serve: systemctl cat hearst-hub',
    );
  if (UNPREPARED.has(String((fault as { code?: unknown }).code)))
    return error('reached, but it holds no hub', 'no hub has prepared it yet', 'hearst-hub migrate');
  return error(
    fault.message,
    'the server is down or out of reach, or user, password or database are not what it knows',
    'see the log of the server; then again: hearst-hub doctor',
  );
}

/** One after another: they may share a connection. A check that fails or hangs is an error of its own and no other's. */
async function runAll(checks: readonly Check[], patient: Patient): Promise<Checked[]> {
  const done: Checked[] = [];
  for (const { code, name, run } of checks) {
    await patient.client?.query('savepoint checked');
    const found = await withDeadline(run(patient)).catch((fault: Error) =>
      error(
        `cannot be told: ${fault.message}`,
        'the check itself failed',
        'look at the log of the hub, then run it again',
      ),
    );
    await patient.client?.query('rollback to savepoint checked');
    done.push({ code, name, ...found });
  }
  return done;
}

function withDeadline<T>(work: Promise<T>): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`no answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
  return Promise.race([work, deadline.promise]).finally(() => clearTimeout(timer));
}
