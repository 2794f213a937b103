import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { runningPostmaster } from '../../hub/src/db/embedded/postmaster.ts';
import { migrate } from '../../hub/src/db/migrate.ts';
import { EmbeddedPostgres } from '../../hub/src/db/postgres.ts';
import { createLog } from '../../hub/src/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, as a superuser's URL, and the migrated database that tests clone. */
    postgres: { readonly url: string; readonly template: string };
  }
}

const TEMPLATE = 'hearst_template';
/** How the data folder's name begins; the process id of the run follows. */
const FOLDER = 'hearst-test-run-';

/**
 * Starts one real Postgres for the run, with a migrated template database (3 s). It is as durable as it need be for
 * something that is thrown away: not at all.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  endLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  chmodSync(dataDir, 0o755);
  const server = new EmbeddedPostgres({
    dataDir,
    log: createLog('warn'),
    sync: false,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const url = await server.start();
  await makeTemplate(url);
  project.provide('postgres', { url, template: TEMPLATE });
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function makeTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
}

/** Servers of runs that were killed before they could stop theirs. */
function endLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER))) {
    if (isAlive(Number.parseInt(name.slice(FOLDER.length), 10))) continue;
    const folder = join(tmpdir(), name);
    const server = runningPostmaster(join(folder, 'postgres', 'cluster'));
    if (server !== null) process.kill(server.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
