import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExposition } from '../../../test/harness/exposition.ts';
import { emptyStats } from '../ingest/stats.ts';
import { createLog } from '../log.ts';
import { DatabaseWatch, watchPools } from '../monitoring/database.ts';
import { IngestLag, watchIngest } from '../monitoring/ingest.ts';
import { type Components, type OpenApiDocument, resolve, type Schema } from './openapi/types.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** The dashboards in deploy/grafana, held against what they read: a renamed field would leave a panel empty in silence. */

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));

interface Target {
  readonly url: string;
  readonly url_options: { readonly params: readonly { key: string; value: string }[] };
  readonly root_selector: string;
  readonly columns: readonly { selector: string }[];
}
interface Dashboard {
  readonly panels: readonly { title: string; targets?: readonly (Target & { expr?: string })[] }[];
  readonly templating: { readonly list: readonly { name: string; query?: { infinityQuery?: Target } }[] };
}

const dashboard = read('deploy/grafana/hearst-control.json') as Dashboard;
const document = read('docs/openapi.json') as OpenApiDocument;
const components = document.components as Components;
const targets: [string, Target][] = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map((one): [string, Target] => [title, one])),
  ...dashboard.templating.list.flatMap(({ name, query }): [string, Target][] =>
    query?.infinityQuery === undefined ? [] : [[`variable ${name}`, query.infinityQuery]],
  ),
];

let api: TestApi;
let admin: string;
beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query("insert into projects (project_id, name, status) values ('NORTH-001', 'North', 'active')"),
  );
  await api.asOwner((client) =>
    client.query("insert into containers (project_id, container_id) values ('NORTH-001', 'NORTH-C01')"),
  );
  admin = await api.makeKey('super_admin');
});
afterAll(() => api.close());

/** A variable as it stands in a dashboard. */
const slot = (name: string): string => `\${${name}}`;

/** What Grafana puts in. */
const filled = (text: string) =>
  text
    .replaceAll(slot('project'), 'NORTH-001')
    .replaceAll(slot('container'), 'NORTH-C01')
    .replaceAll(slot('__from:date:iso'), new Date(api.now - 86_400_000).toISOString())
    .replaceAll(slot('__to:date:iso'), new Date(api.now).toISOString());

/** The operation of the document that a path with variables in it asks for. */
function operationOf(url: string) {
  const pattern = url.replace(/\$\{\w+\}/g, '{}');
  const path = Object.keys(document.paths ?? {}).find((one) => one.replace(/\{\w+\}/g, '{}') === pattern);
  return path === undefined ? undefined : document.paths?.[path]?.get;
}

/** Every schema that may stand at a place of an answer. */
function schemasAt(schema: Schema, path: readonly string[]): Schema[] {
  const { anyOf, oneOf, allOf, properties, items } = resolve(schema, components);
  const options = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  if (options.length > 0) return options.flatMap((option) => schemasAt(option, path));
  if (items !== undefined) return schemasAt(items, path);
  const [first, ...rest] = path;
  if (first === undefined) return [schema];
  const inner = properties?.[first];
  return inner === undefined ? [] : schemasAt(inner, rest);
}

describe('the dashboard of the API', () => {
  it('reads every level', () => {
    const urls = targets.map(([, { url }]) => url);
    for (const path of [
      '/api/metrics/global',
      `/api/metrics/project/${slot('project')}`,
      `/api/metrics/container/${slot('container')}`,
    ])
      expect(urls).toContain(path);
    expect(targets.length).toBeGreaterThan(20);
  });

  it.each(targets)(
    '%s: path, parameters and fields are in the document',
    (_, { url, url_options, root_selector, columns }) => {
      const operation = operationOf(url);
      expect(operation, url).toBeDefined();
      const known = (operation?.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : ''));
      for (const { key } of url_options.params) expect(known).toContain(key);
      const answer = operation?.responses?.['200'] as { content: Record<string, { schema: Schema }> };
      const { schema } = answer.content['application/json']!;
      const root = root_selector === '' ? [] : root_selector.split('.');
      expect(columns.length).toBeGreaterThan(0);
      for (const { selector } of columns)
        expect(schemasAt(schema, [...root, ...selector.split('.')]), `${url}: ${selector}`).not.toEqual([]);
    },
  );

  it.each(targets)('%s: is answered', async (_, { url, url_options, root_selector, columns }) => {
    const query = new URLSearchParams(
      url_options.params.map(({ key, value }): [string, string] => [key, filled(value)]),
    );
    const { status, body } = await api.ask(`${filled(url)}?${query}`, { key: admin });
    expect([status, body]).toEqual([200, expect.anything()]);
    if (root_selector !== 'rows') return;
    // Every column of a chart is one that its own query asks for.
    const [row] = (body as { rows: object[] }).rows;
    expect(Object.keys(row ?? {})).toEqual(expect.arrayContaining(columns.map(({ selector }) => selector)));
  });
});

it('what the page for other programs asks for is answered', async () => {
  const page = readFileSync(new URL('docs/integrator.md', ROOT), 'utf8');
  const asked = [
    ...page.matchAll(/https:\/\/hub\.example\.com(\/api\/[^\s"`]+)/g),
    // Of curl what asks for something once: no change, no stream, no page whose cursor the reader has to fill in.
    ...page.matchAll(/^ {4}curl (?!-X|-N).*"\$HUB(\/api\/(?!.*CURSOR)[^\s"]+)"/gm),
  ].map(([, path]) => path!);
  const paths = [...page.matchAll(/RelativePath = "([^"]+)"/g)].map(([, path]) => `/${path}`);
  const all = [...asked, ...paths].map((path) => path.replaceAll('QATAR', 'NORTH'));
  expect(all.length).toBeGreaterThan(16);
  for (const path of all) expect([path, (await api.ask(path, { key: admin })).status]).toEqual([path, 200]);
});

it('the dashboard of the hub reads what the hub measures', async () => {
  const { monitoring, database } = api;
  watchIngest(monitoring, emptyStats);
  new IngestLag(monitoring, Date.now);
  watchPools(monitoring, database);
  monitoring.watchProcess();
  monitoring.gauge('hearst_broker_up', 'as hub.ts does', () => 1);
  new DatabaseWatch({ monitoring, pool: database.api, log: createLog('silent'), now: Date.now });
  const families = readExposition((await monitoring.page({ projects: true })).text);
  const names = [...families.keys()];
  const { panels } = read('deploy/grafana/hearst-hub.json') as Dashboard;
  const used = panels.flatMap(({ targets = [] }) =>
    targets.flatMap(({ expr = '' }) => expr.match(/\b(hearst|nodejs)_\w+/g) ?? []),
  );
  expect(used.length).toBeGreaterThan(15);
  for (const name of used) expect(names).toContain(name.replace(/_(bucket|count|sum)$/, ''));
});
