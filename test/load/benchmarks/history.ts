import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Database, withContext } from '../../../hub/src/db/client.ts';
import { createLog } from '../../../hub/src/log.ts';
import { markSpan, rollUp, settleDues } from '../../../hub/src/rollup/rollup.ts';
import { makeKey } from '../api-key.ts';
import { atMost, type Benchmark, type BenchmarkContext, forReference, type Result } from '../benchmark.ts';
import {
  type CompanySize,
  containerOf,
  generateCompany,
  HUNDRED_PROJECTS,
  ONE_PROJECT,
  projectOf,
} from '../company.ts';
import { generateDay } from '../day-of-frames.ts';
import { COMPANY_YEAR, generateHistory, type Stretch, WHOLE_YEAR } from '../history.ts';
import { withHubDatabase } from '../hub-database.ts';
import { readAtOnce } from '../readers.ts';
import { Worker } from '../worker.ts';
import type { ApiOptions } from '../workers/api.ts';

const READERS = 8;
const WARM_UP = 160;
const ASKED = 200;
/** Generating may take this long, seconds. */
const GENERATED_S = 600;
/** A day of roll-ups may take this long to be made again, seconds. */
const REBUILT_S = 20;
const DAY_MS = 86_400_000;
/** A year's chart, ms. */
const YEAR_MS = 200;

const METRICS = 'hashrate_ths,power_kw,temp_supply_c,temp_return_c,temp_chip_c';
/** The charts, of a company's n-th project. */
const CHARTS: Record<string, (n: number) => string> = {
  global: () => '/api/metrics/global?',
  project: (n) => `/api/metrics/project/${projectOf(n)}?`,
  container: (n) => `/api/metrics/container/${containerOf(n, 1)}?`,
};

interface Case {
  readonly name: string;
  readonly size: CompanySize;
  readonly stretches: readonly Stretch[];
  /** For a day's chart, ms. */
  readonly dayMs: number;
}

const CASES: readonly Case[] = [
  { name: '1 project', size: ONE_PROJECT, stretches: WHOLE_YEAR, dayMs: 50 },
  { name: '100 projects', size: HUNDRED_PROJECTS, stretches: COMPANY_YEAR, dayMs: 100 },
];

async function measure({ name, size, stretches, dayMs }: Case, { folder, say }: BenchmarkContext): Promise<Result[]> {
  return withHubDatabase(folder, async (url) => {
    await generateCompany(url, size);
    const begun = performance.now();
    const rows = await generateHistory(url, stretches);
    const generated = (performance.now() - begun) / 1000;
    say(`${name}: ${rows.toLocaleString('en')} rows of history in ${Math.round(generated)} s`);
    const results = [
      atMost(`history, ${name}: ${(rows / 1e6).toFixed(1)} M rows generated`, generated, 's', GENERATED_S),
      ...(await bytesPerDay(url, name, stretches)),
    ];
    const hub = await Worker.start('api', { url, folder } satisfies ApiOptions);
    try {
      const address = await hub.ask<string>('address');
      const key = await keyOf(url);
      for (const [chart, path] of Object.entries(CHARTS))
        for (const [range, limit] of [['24h', dayMs] as const, ['30d', YEAR_MS] as const, ['1y', YEAR_MS] as const]) {
          const paths = Array.from(
            { length: 20 },
            (_, i) => `${path((i % size.projects) + 1)}range=${range}&metrics=${METRICS}`,
          );
          await readAtOnce(address, key, paths, { readers: READERS, count: WARM_UP });
          const { p50, p95, bytes } = await readAtOnce(address, key, paths, { readers: READERS, count: ASKED });
          say(`${name}: ${range} of ${chart}: p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms, ${bytes} bytes`);
          results.push(
            atMost(`history, ${name}: ${range} chart of ${chart}, p95 of ${READERS} readers`, p95, 'ms', limit),
          );
        }
    } finally {
      await hub.stop();
    }
    if (stretches === WHOLE_YEAR) results.push(...(await rebuildDay(url, name, say)));
    return results;
  });
}

/** A day of the project's roll-ups made again from its frames, hours and days included. */
async function rebuildDay(url: string, name: string, say: BenchmarkContext['say']): Promise<Result[]> {
  const database = await Database.open({ url, log: createLog('silent') });
  try {
    const project = projectOf(1);
    const midnight = Math.floor(Date.now() / DAY_MS - 1) * DAY_MS;
    const frames = await generateDay(database, project, midnight);
    await database.owner.query('analyze container_frames, meter_frames');
    const begun = performance.now();
    await withContext(database.ingest, { projectIds: [project] }, (client) =>
      markSpan(client, project, midnight, midnight + DAY_MS),
    );
    const { fine } = await rollUp({ pool: database.ingest });
    await settleDues({ pool: database.ingest }, project);
    const seconds = (performance.now() - begun) / 1000;
    say(`${name}: ${fine} rows of five minutes made again from ${frames} frames in ${seconds.toFixed(1)} s`);
    return [
      atMost(`history, ${name}: a day rebuilt from ${frames.toLocaleString('en')} frames`, seconds, 's', REBUILT_S),
    ];
  } finally {
    await database.close();
  }
}

/** What a day of the first project's roll-ups takes, by width: rows and indexes. */
async function bytesPerDay(url: string, name: string, stretches: readonly Stretch[]): Promise<Result[]> {
  if (stretches !== WHOLE_YEAR) return [];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ table: string; bytes: string }>(
    `select case when c.relname like 'metrics\\_fine%' then 'five minutes' when c.relname = 'metrics_hours' then 'hours' else 'days' end
       as table, sum(pg_total_relation_size(c.oid)) as bytes
     from pg_class c where c.relname like 'metrics\\_%' and c.relkind = 'r' group by 1 order by 2 desc`,
  );
  await client.end();
  return rows.map(({ table, bytes }) =>
    forReference(`history, ${name}: ${table}, a day of the project`, Number(bytes) / 365 / 1e6, 'MB'),
  );
}

async function keyOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const key = await makeKey(client);
  await client.end();
  return key;
}

async function run(context: BenchmarkContext): Promise<Result[]> {
  const results: Result[] = [];
  for (const each of CASES) {
    const folder = join(context.folder, `${each.size.projects}`);
    mkdirSync(folder, { mode: 0o755 });
    results.push(...(await measure(each, { ...context, folder })));
  }
  return results;
}

const history: Benchmark = {
  name: 'history',
  about: 'charts of a day, a month and a year of container, project and company; the size of history',
  run,
};
export default history;
