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
