import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubConfig } from './config.ts';
import { OWNER } from './db/embedded/cluster.ts';
import { runningPostmaster } from './db/embedded/postmaster.ts';
import { EmbeddedPostgres } from './db/postgres.ts';
import type { Log } from './log.ts';

/** Where the database is, for as long as `release` has not been called. */
export interface DatabasePlace {
  readonly url: string;
  /** True when it was started for this caller, who then is the only one there. */
  readonly started: boolean;
  release(): Promise<void>;
}

/** The hub's own way to its database: `DATABASE_URL`, else the Postgres in the data folder, started and kept. */
export async function provideDatabase(config: HubConfig, log: Log): Promise<DatabasePlace> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, started: false, release: async () => {} };
  const postgres = new EmbeddedPostgres({ dataDir: config.dataDir, log });
  try {
    const url = await postgres.start();
    return { url, started: true, release: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A command's way: as `provideDatabase`, but where a Postgres of the data folder runs already, that one as it is. */
export async function reachDatabase(config: HubConfig, log: Log): Promise<DatabasePlace> {
  const running = config.databaseUrl === null ? runningDatabase(config.dataDir) : null;
  if (running !== null) return { url: running, started: false, release: async () => {} };
  return await provideDatabase(config, log);
}

/** PGDATA of the data folder's cluster, which need not be there yet. */
export function clusterFolder(dataDir: string): string {
  const home = join(dataDir, 'postgres');
  const pointer = join(home, 'cluster-folder');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(home, 'cluster');
}

/** The address of the server that runs on the data folder's cluster; null when none does. */
function runningDatabase(dataDir: string): string | null {
  const folder = clusterFolder(dataDir);
  const running = existsSync(folder) ? runningPostmaster(folder) : null;
  if (running === null) return null;
  const password = readFileSync(join(dataDir, 'postgres', 'password'), 'utf8').trim();
  return `postgres://${OWNER}:${encodeURIComponent(password)}@127.0.0.1:${running.port}/${OWNER}`;
}
