import { EmbeddedPostgres } from '../../hub/src/db/postgres.ts';
import { createLog } from '../../hub/src/log.ts';

/**
 * A process that owns an embedded Postgres, to be killed by tests: `node postgres-process.ts DATA_FOLDER`. Prints the
 * URL when the server is up; SIGTERM stops both.
 */
const server = new EmbeddedPostgres({
  dataDir: process.argv[2] ?? '',
  log: createLog('silent'),
  sync: false,
  settings: { fsync: 'off' },
});
const waiting = setInterval(() => {}, 1_000_000);
process.once('SIGTERM', () => void server.stop().then(() => clearInterval(waiting)));
try {
  console.log(await server.start());
} catch (error) {
  console.log((error as Error).message);
  process.exit(1);
}
