import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findContainers, listContainers } from '../../../hub/src/db/queries/containers.ts';
import { globalFigures } from '../../../hub/src/db/queries/figures.ts';
import { listMinersOf } from '../../../hub/src/db/queries/miners.ts';
import { findProject, listProjects } from '../../../hub/src/db/queries/projects.ts';
import { searchMiners } from '../../../hub/src/db/queries/search.ts';
import { minerTerms } from '../../../hub/src/search/terms.ts';
import { makeKey } from '../api-key.ts';
import { atMost, type Benchmark, type BenchmarkContext, forReference, type Result, ratioAtMost } from '../benchmark.ts';
import {
  type CompanySize,
  containerOf,
  generateCompany,
  HUNDRED_PROJECTS,
  ONE_PROJECT,
  projectOf,
} from '../company.ts';
import { withHubDatabase } from '../hub-database.ts';
import { writePlans } from '../plans.ts';
import { readAtOnce } from '../readers.ts';
import { type HotQuery, withAndWithoutPolicies } from '../row-security.ts';
import { Worker } from '../worker.ts';
import type { ApiOptions } from '../workers/api.ts';

const WARM_UP = 60;
const READERS = 8;
const MANY_READERS = 32;
const ASKED = 400;

/** What the dashboard and integrators ask for all day, of a company's n-th project. */
const QUESTIONS: Record<string, (n: number, serial: string) => string> = {
  overview: () => '/api/metrics/global',
  'project list': () => '/api/projects',
  project: (n) => `/api/projects/${projectOf(n)}`,
  'project figures': (n) => `/api/metrics/project/${projectOf(n)}`,
  'containers of a project': (n) => `/api/projects/${projectOf(n)}/containers`,
  'container with 308 miners': (n) => `/api/containers/${containerOf(n, 1)}/miners`,
  'active alerts': () => '/api/alerts?status=active',
  search: (_n, serial) => `/api/search?q=${serial}`,
};

/** The queries behind them, of the first project. */
const HOT: Record<string, HotQuery> = {
  overview: (client) => globalFigures(client, new Date()),
  'project list': (client) =>
    listProjects(
      client,
      { statuses: ['active'], text: null },
      { limit: 51, sort: 'project_id', after: null },
      new Date(),
    ),
  project: (client) => findProject(client, projectOf(1), new Date()),
  'containers of a project': (client) =>
    listContainers(
      client,
      projectOf(1),
      { statuses: null, transformers: null, text: null },
      { limit: null, sort: 'container_id', after: null },
      new Date(),
    ),
  'a container by its id': (client) => findContainers(client, containerOf(1, 1), null),
  'container with 308 miners': (client) =>
    listMinersOf(
      client,
      { projectId: projectOf(1), containerId: containerOf(1, 1), statuses: null, terms: null },
      { limit: null, sort: 'position', after: null },
    ),
  'search for miners': (client) => searchMiners(client, minerTerms('HTR00'), 20),
};
const POLICIES_COST = 1.3;
const PLANS_HEADING = `# How the hot queries run

Written by \`pnpm bench api --plans docs/query-plans.md\`: 100 projects, 3,247 containers, 1,000,076 miners, asked as
hearst_api by a super admin, whose list holds every project (\`<list>\` below). Every plan comes in by an index that begins
with project_id; where a list is a condition of the index, it is taken apart once and not for every row.
`;

async function measure(
  name: string,
  size: CompanySize,
  limitMs: number,
  { folder, say, options: wanted }: BenchmarkContext,
): Promise<Result[]> {
  return withHubDatabase(folder, async (url) => {
    const begun = performance.now();
    await generateCompany(url, size);
    say(`${name}: generated in ${Math.round((performance.now() - begun) / 1000)} s`);
    const { key, serials } = await prepare(url);
    const options: ApiOptions = { url, folder };
    const hub = await Worker.start('api', options);
    try {
      const address = await hub.ask<string>('address');
      const results: Result[] = [];
      for (const [question, path] of Object.entries(QUESTIONS)) {
        const paths = serials.map((serial, i) => path((i % size.projects) + 1, serial));
        await readAtOnce(address, key, paths, { readers: READERS, count: WARM_UP });
        const eight = await readAtOnce(address, key, paths, { readers: READERS, count: ASKED });
        const many = await readAtOnce(address, key, paths, { readers: MANY_READERS, count: ASKED });
        results.push(
          atMost(`api, ${name}: ${question}, p95 of ${READERS} readers`, eight.p95, 'ms', limitMs),
          forReference(`api, ${name}: ${question}, p50 of ${READERS} readers`, eight.p50, 'ms'),
          forReference(`api, ${name}: ${question}, p95 of ${MANY_READERS} readers`, many.p95, 'ms'),
        );
        say(`${question}: p50 ${eight.p50.toFixed(1)}, p95 ${eight.p95.toFixed(1)} ms, ${eight.bytes} bytes`);
      }
      if (wanted.plans !== undefined && size === HUNDRED_PROJECTS)
        await writePlans(url, HOT, PLANS_HEADING, wanted.plans);
      const costs = await withAndWithoutPolicies(url, HOT);
      for (const [query, { held, free }] of Object.entries(costs))
        results.push(ratioAtMost(`row security, ${name}: ${query}`, held, free, 'ms', POLICIES_COST));
      return results;
    } finally {
      await hub.stop();
    }
  });
}

/** A super admin's key, who sees the most, and serials to search for. */
async function prepare(url: string): Promise<{ key: string; serials: string[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const key = await makeKey(client);
  const { rows } = await client.query<{ serial: string }>(
    'select serial from miners tablesample system (1) order by random() limit 100',
  );
  await client.end();
  return { key, serials: rows.map((row) => row.serial) };
}

async function run(context: BenchmarkContext): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, size, limitMs] of [
    ['1 project', ONE_PROJECT, 50],
    ['100 projects', HUNDRED_PROJECTS, 100],
  ] as const) {
    const folder = join(context.folder, `${size.projects}`);
    mkdirSync(folder, { mode: 0o755 });
    results.push(...(await measure(name, size, limitMs, { ...context, folder })));
  }
  return results;
}

const api: Benchmark = {
  name: 'api',
  about: 'the API under 8 and 32 parallel readers, at 1 project and at 100 projects with 1,000,000 miners',
  run,
};
export default api;
