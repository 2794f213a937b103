import { join } from 'node:path';
import { migrate } from '../../hub/src/db/migrate.ts';
import { EmbeddedPostgres } from '../../hub/src/db/postgres.ts';
import { createLog } from '../../hub/src/log.ts';

/** The hub's own Postgres as it runs in production (synced commits), with the schema, for as long as `work` takes. */
export async function withHubDatabase<T>(
  folder: string,
  work: (url: string, server: EmbeddedPostgres) => Promise<T>,
): Promise<T> {
  const log = createLog('silent');
  const server = new EmbeddedPostgres({ dataDir: join(folder, 'hub'), log });
  try {
    const url = await server.start();
    await migrate(url, { log });
    return await work(url, server);
  } finally {
    await server.stop();
  }
}
