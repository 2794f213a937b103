import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';

const PROJECT = 'NORDIC-001';
const folder = temporaryFolder('new-project');
let world: World;

beforeAll(async () => {
  world = await World.create({
    ...{ folder: folder.path, containers: 2, miners: 20, project: PROJECT, pollSeconds: 1 },
    hubEnv: { HEARST_ROLLUP_SECONDS: '1' },
  });
  await Promise.all([world.startHub(), world.startSite()]);
  world.apiKey = world.createKey('outside');
}, 120_000);
afterAll(async () => {
  await world.stop();
  folder[Symbol.dispose]();
}, 60_000);

async function post<T>(path: string, json: unknown): Promise<T> {
  const response = await fetch(world.httpUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  expect(response.status, path).toBe(201);
  return (await response.json()) as T;
}

interface Figures {
  series: { metric: string; values: (number | null)[] }[];
  coverage: ({ reporting: number; expected: number } | null)[];
}

it('a project made over the API, its containers and its agent: readings and history appear in the hub that runs', {
  timeout: 120_000,
}, async () => {
  const { pid } = world.hub;
  await post('/api/projects', {
    project_id: PROJECT,
    name: 'Hearst Nordic',
    time_zone: 'Europe/Oslo',
    status: 'active',
  });
  for (const container_id of ['NORDIC-C01', 'NORDIC-C02'])
    await post(`/api/projects/${PROJECT}/containers`, { container_id, name: `Hall ${container_id.slice(-1)}` });
  const { token } = await post<{ token: string }>(`/api/projects/${PROJECT}/agents`, { name: 'nordic' });
  world.agentCommand('enrol', '--hub', world.httpUrl, '--token', token);
  world.agent.start();

  interface Container {
    name: string;
    hashrate_th: number | null;
    miners_active: number | null;
  }
  const containers = async () => (await world.api<{ data: Container[] }>(`/api/projects/${PROJECT}/containers`)).data;
  await until(async () => (await containers()).every(({ hashrate_th }) => hashrate_th !== null), {
    withinMs: 60_000,
    what: () => `readings of both containers\n${world.agent.tail()}`,
  });
  expect((await containers()).map(({ name, miners_active }) => [name, miners_active])).toEqual([
    ['Hall 1', 20],
    ['Hall 2', 20],
  ]);

  const charted = () =>
    world.api<Figures>(`/api/metrics/project/${PROJECT}?range=1h&step=5m&metrics=hashrate_ths,hashes_eh`);
  await until(async () => (await charted()).series.every(({ values }) => values.some((value) => (value ?? 0) > 0)), {
    withinMs: 30_000,
    what: () => `history\n${world.hub.tail()}`,
  });
  expect((await charted()).coverage.findLast((one) => one !== null)?.expected).toBe(2);
  expect(world.hub.pid).toBe(pid);
});
