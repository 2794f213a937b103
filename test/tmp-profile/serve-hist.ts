import pg from 'pg';
import { migrate } from '../../hub/src/db/migrate.ts';
import { EmbeddedPostgres } from '../../hub/src/db/postgres.ts';
import { createLog } from '../../hub/src/log.ts';
import { makeKey } from '../load/api-key.ts';
import { generateCompany, HUNDRED_PROJECTS, ONE_PROJECT } from '../load/company.ts';
import { COMPANY_YEAR, generateHistory, WHOLE_YEAR } from '../load/history.ts';

const log = createLog('silent');
const server = new EmbeddedPostgres({ dataDir: '/tmp/histdb/hub', log });
const url = await server.start();
await migrate(url, { log });
const c = new pg.Client({ connectionString: url });
await c.connect();
const { rows } = await c.query('select count(*)::int as n from projects');
if (rows[0].n === 0) {
  await generateCompany(url, HUNDRED_PROJECTS);
  console.log(await generateHistory(url, COMPANY_YEAR));
  console.log('key', await makeKey(c));
}
await c.end();
console.log(url);
setInterval(() => {}, 1000);
process.on('SIGTERM', async () => {
  await server.stop();
  process.exit(0);
});
