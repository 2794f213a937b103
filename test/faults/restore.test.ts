import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const elsewhere = temporaryFolder('restored');
const backups = temporaryFolder('backups');
let shared: SharedWorld;
beforeAll(async () => {
  shared = await SharedWorld.create({ ownPostgres: true });
  await shared.start();
});
afterAll(async () => {
  await shared.stop();
  elsewhere[Symbol.dispose]();
  backups[Symbol.dispose]();
});

const epoch = async (): Promise<string> =>
  (await shared.sql<{ hub_epoch: string }>('select hub_epoch from installation'))[0]?.hub_epoch ?? '';

it('a hub that is lost with its disk is restored elsewhere, and not one reading is missing or there twice', async () => {
  const { world } = shared;
  const before = await epoch();
  const { data } = world.hubCommand('backup', backups.path) as { data: { folder: string; taken_at: string } };
  expect(readdirSync(backups.path)).toHaveLength(1);
  expect(statSync(data.folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(data.folder, 'hub.key')).mode & 0o777).toBe(0o600);

  // Confirmed after the backup, so freed at the site as far as anybody knows; then the hub goes with its disk.
  const taken = Date.parse(data.taken_at);
  await shared.flows();
  await shared.flows();
  await shared.drained();
  const confirmed = await shared.framesSince(taken);
  expect(confirmed).toBeGreaterThan(1);
  await world.hub.kill();
  const killedAt = Date.now();
  const postgres = world.postgresPid();
  if (postgres !== undefined) process.kill(postgres, 'SIGKILL');
  for (const name of ['hub.key', 'postgres']) rmSync(join(world.folder, name), { recursive: true, maxRetries: 5 });

  world.moveHub(join(elsewhere.path, 'data'));
  // A byte that changed on the way is found before anything is started from it.
  const file = join(data.folder, 'cluster', 'global', 'pg_filenode.map');
  const whole = readFileSync(file);
  writeFileSync(file, Buffer.concat([whole.subarray(0, -1), Buffer.of((whole.at(-1) ?? 0) ^ 1)]));
  expect(() => world.hubCommand('restore', data.folder)).toThrow(/pg_filenode.map is damaged.*Nothing was restored/);
  expect(readdirSync(join(elsewhere.path, 'data'))).toEqual([]);
  writeFileSync(file, whole);

  world.hubCommand('restore', data.folder);
  expect(() => world.hubCommand('restore', data.folder)).toThrow(/is not empty/);
  await world.startHub();
  expect(await epoch()).not.toBe(before);
  expect(await shared.framesSince(taken, killedAt)).toBeLessThan(confirmed);
  await shared.says('agent', /the hub was restored/);
  await shared.flows();
  expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  expect(await shared.framesSince(taken, killedAt)).toBeGreaterThanOrEqual(confirmed);
  const restored = await shared.sql("select actor_kind from activity_logs where action = 'hub.restored'");
  expect(restored).toEqual([{ actor_kind: 'system' }]);
});
