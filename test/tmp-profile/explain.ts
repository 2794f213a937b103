import pg from 'pg';
import { readFileSync } from 'node:fs';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { createLog } from '../../hub/src/log.ts';
import { containerOf, projectOf } from '../load/company.ts';
import { seriesStatement } from '../../hub/src/db/queries/series-statement.ts';
import { COLUMNS } from './cols.ts';
const url = readFileSync('/tmp/serve-hist.log', 'utf8').split('\n').find((l) => l.startsWith('postgres'))!;
const database = await Database.open({ url, log: createLog('silent') });
const kind = process.argv[2] as 'container' | 'project';
const mode = process.argv[3] ?? 'auto';
const text = seriesStatement({ stepS: 300, widths: [300], columns: COLUMNS, missable: false, scope: kind, ofTransformers: false });
const now = Math.floor(Date.now() / 300000) * 300000;
const edges = Array.from({ length: 290 }, (_, i) => new Date(now - (289 - i) * 300000).toISOString());
await withContext(database.api, { role: 'super_admin' } as any, async (client: any) => {
  await client.query(`set local plan_cache_mode = '${mode}'`);
  const values = (n: number) => [[projectOf(n)], [kind], [kind === 'project' ? projectOf(n) : containerOf(n, 1)], [true], [58], [null], [0], [null], edges];
  for (let i = 1; i <= 20; i++) { const t = performance.now(); const r = await client.query({ text, values: values(i), rowMode: 'array' }); if (i > 14) console.log(i, r.rows.length, (performance.now() - t).toFixed(2)); }
  console.log((await client.query("select name, generic_plans, custom_plans, left(statement,40) s from pg_prepared_statements where statement like '%members as%'")).rows);
  const v = values(3).map((x: any) => pg.escapeLiteral ? x : x);
  const lit = (x: any) => `'${`{${x.map((y: any) => y === null ? 'NULL' : `"${y}"`).join(',')}}`}'`;
  await client.query({ text: `prepare xx as ${text}` } as any);
  for (let k = 0; k < 7; k++) { const r = await client.query(`explain (analyze, buffers, timing off) execute xx(${v.map(lit).join(',')})`); if (k === 6) console.log(r.rows.map((x: any) => x['QUERY PLAN']).join('\n').replace(/'\{[^}]{300,}\}'/g, 'EDGES')); }
  await client.query('deallocate xx');
});
process.exit(0);
