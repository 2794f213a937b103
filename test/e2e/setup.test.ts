import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../harness/postgres.ts';
import { Program, programPath, root } from '../harness/process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';
import { SimulatedSite } from '../sim/site.ts';
import { siteFileOf } from '../sim/site-file.ts';

const folder = temporaryFolder('setup');
let world: World;
let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await World.create({
    ...{ folder: folder.path, containers: 58, miners: 4, pollSeconds: 2, databaseUrl: database.url },
  });
  await Promise.all([world.startHub(), world.startSite()]);
  world.hubCommand('seed');
  world.apiKey = world.createKey('setup');
}, 120_000);
afterAll(async () => {
  await world.stop();
  await database.drop();
  folder[Symbol.dispose]();
}, 60_000);

/** A one-time token from the API, as the dashboard asks for it. */
async function tokenFor(project: string): Promise<string> {
  const response = await fetch(`${world.httpUrl}/api/projects/${project}/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'site' }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}

const setupOf = (token: string, siteFile: string, data: string): string[] => [
  ...[programPath('agent/src/main.ts'), '--data', data, 'setup'],
  ...['--token', token, '--hub', world.httpUrl, '--site-file', siteFile, '--yes', '--no-service'],
];

/** What differs from machine to machine and run to run. */
function masked(transcript: string): string {
  return (
    transcript
      .replace(
        /(1\/6 System {6}✔ ok {5}).*\n(?: {26}.*\n)*? {26}(?=\S+-001:)/,
        '$1THE MACHINE\n                          ',
      )
      .replace(/127\.0\.0\.1:\d+/, 'HUB')
      .replace(/\d+ ms\b/, 'N ms')
      .replace(/agent [0-9a-f]{8}\b/, 'agent ID')
      .replace(/at \d\d:\d\d:\d\d UTC/, 'at HH:MM:SS UTC')
      .replace(/swept before, \S+/, 'swept before, TIME')
      // A line every ten seconds, on a machine that is busy.
      .replace(/^(the hub has \d+ of|look \d of 2).*\n/gm, '')
      .replace(/Done in [\d:]+/, 'Done in MM:SS')
      .replace(/! warning {2}W1310[\s\S]*?→.*\n/, '')
  );
}

test('a fresh folder, one command with a token: the hub confirms 58 of 58 containers', {
  timeout: 90_000,
}, async () => {
  const args = setupOf(await tokenFor('QATAR-001'), world.siteFile, join(folder.path, 'fresh'));
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
    encoding: 'utf8',
  });
  const transcript = masked(stderr + stdout);
  expect(status, transcript).toBe(0);
  await expect(transcript).toMatchFileSnapshot('setup.screen.txt');
  expect(Math.max(...transcript.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  const { data } = await world.api<{ data: { hashrate_th: number | null }[] }>('/api/projects/QATAR-001/containers');
  expect(data.filter(({ hashrate_th }) => hashrate_th !== null)).toHaveLength(58);
});

test('killed twice on its way and run again: goes on where it was, with the token that was used', {
  timeout: 90_000,
}, async () => {
  const site = new SimulatedSite({
    containers: 2,
    minersPerContainer: 4,
    projectId: 'AQUA-001',
    seed: 1,
    noise: false,
  });
  const siteFile = join(folder.path, 'aqua.yaml');
  writeFileSync(siteFile, siteFileOf(site, { ...(await site.start()), hubUrl: world.httpUrl, pollSeconds: 30 }));
  const setup = new Program({
    name: 'setup',
    command: ['node', ...setupOf(await tokenFor('AQUA-001'), siteFile, join(folder.path, 'again'))],
    env: { LANG: 'C.UTF-8' },
    logFile: join(folder.path, 'setup.log'),
  });
  try {
    for (const step of ['2/6', '5/6']) {
      setup.start();
      await until(() => setup.log().includes(step), {
        withinMs: 30_000,
        everyMs: 5,
        what: () => `${step}\n${setup.tail()}`,
      });
      await setup.kill();
    }
    const before = setup.log().length;
    setup.start();
    expect(await setup.end(60_000), setup.tail(40)).toMatchObject({ code: 0 });
    const transcript = masked(setup.log().slice(before));
    await expect(transcript).toMatchFileSnapshot('setup-resumed.screen.txt');
  } finally {
    await setup.stop();
    await site.stop();
  }
});

test('no site file: one command with a token and flags makes it, killed on its way and run again', {
  timeout: 90_000,
}, async () => {
  const created = await fetch(`${world.httpUrl}/api/projects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ project_id: 'EAST-001', name: 'East' }),
  });
  expect(created.status).toBe(201);
  const site = new SimulatedSite({
    ...{ containers: 2, minersPerContainer: 4, projectId: 'EAST-001', seed: 1, noise: false },
  });
  const { minerPort, modbusPort } = await site.start();
  const data = join(folder.path, 'east');
  const told = [
    ...['--networks', '127.20.2.0/29,127.20.4.0/29,127.9.0.0/29,127.10.0.0/29', '--time-zone', 'UTC'],
    ...['--miner-port', String(minerPort), '--modbus-port', String(modbusPort)],
    ...['--range', '127.20.2.1-127.20.2.4', '--step', '512', '--containers', '2', '--cooling', '127.9.0.2-127.9.0.3'],
    ...['--meters', '127.10.0.2', '--meter-profile', 'schneider-pm5xxx', '--containers-per-transformer', '2'],
  ];
  const setup = new Program({
    name: 'setup-east',
    command: [
      ...['node', programPath('agent/src/main.ts'), '--data', data, 'setup', '--token', await tokenFor('EAST-001')],
      ...['--hub', world.httpUrl, '--yes', '--no-service', ...told],
    ],
    env: { LANG: 'C.UTF-8' },
    logFile: join(folder.path, 'setup-east.log'),
  });
  try {
    setup.start();
    await until(() => setup.log().includes('3/6'), {
      ...{ withinMs: 30_000, everyMs: 5, what: () => `the sweep\n${setup.tail()}` },
    });
    await setup.kill();
    setup.start();
    expect(await setup.end(60_000), setup.tail(40)).toMatchObject({ code: 0 });
    expect(setup.log()).toMatch(/ 6\/6 Data {8}✔ ok {5}the hub has confirmed 2\/2 containers · 1\/1 meters\n/);
    const { data: containers } = await world.api<{ data: { container_id: string; hashrate_th: number | null }[] }>(
      '/api/projects/EAST-001/containers',
    );
    expect(containers.map(({ container_id, hashrate_th }) => [container_id, hashrate_th !== null])).toEqual([
      ['EAST-C01', true],
      ['EAST-C02', true],
    ]);
  } finally {
    await setup.stop();
    await site.stop();
  }
});
