import { readFileSync } from 'node:fs';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { createLog } from '../../hub/src/log.ts';
import { containerOf, projectOf } from '../load/company.ts';
import { seriesStatement } from '../../hub/src/db/queries/series-statement.ts';
import { storedWidths } from '../../hub/src/db/queries/series.ts';
import { COLUMNS } from './cols.ts';
const url = readFileSync('/tmp/serve-hist.log', 'utf8').split('\n').find((l) => l.startsWith('postgres'))!;
const database = await Database.open({ url, log: createLog('silent') });
const kind = process.argv[2] as 'container' | 'project';
const text = seriesStatement({ stepS: 300, widths: [300], columns: COLUMNS, missable: false, scope: kind, ofTransformers: false });
const now = Math.floor(Date.now() / 300000) * 300000;
const edges = Array.from({ length: 290 }, (_, i) => new Date(now - (289 - i) * 300000).toISOString());
const cpu = (pid: number) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10; };
const values = (n: number) => [[projectOf(n)], [kind], [kind === 'project' ? projectOf(n) : containerOf(n, 1)], [true], [58], [null], [0], [null], edges];
const N = 400;
const member = (n: number) => ({ projectId: projectOf(n), scope: kind, scopeId: kind === 'project' ? projectOf(n) : containerOf(n, 1) }) as any;
for (const mode of ['auto', 'force_generic_plan', 'auto', 'force_generic_plan'])
  await withContext(database.api, { role: 'super_admin' } as any, async (client: any) => {
    await client.query(`set local plan_cache_mode = '${mode}'`);
    const pid = (await client.query('select pg_backend_pid() as p')).rows[0].p;
    for (const [name, work] of [
      ['series', (i: number) => client.query({ text, values: values((i % 20) + 1), rowMode: 'array' })],
      ['widths', (i: number) => storedWidths(client, [member((i % 20) + 1)], { from: now - 86400e3, to: now } as any)],
      ['nothing', () => client.query('select $1::int', [1])],
    ] as const) {
      for (let i = 0; i < 10; i++) await work(i);
      const a = cpu(pid), h = process.cpuUsage();
      for (let i = 0; i < N; i++) await work(i);
      const hh = process.cpuUsage(h);
      console.log(mode, name, 'pg cpu ms', ((cpu(pid) - a) / N).toFixed(2), 'node cpu ms', ((hh.user + hh.system) / N / 1000).toFixed(2));
    }
  });
process.exit(0);
