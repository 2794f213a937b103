import { afterAll, beforeAll, expect, it } from 'vitest';
import { keptDatabase } from '../harness/postgres.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';

let shared: SharedWorld;
beforeAll(async () => {
  shared = await (await SharedWorld.create()).start();
});
afterAll(() => shared?.stop());

it('a database restored by its own tools: told so, the hub has the agents send what it lacks, each reading once', async () => {
  const { world } = shared;
  await world.hub.stop();
  const backup = await keptDatabase(world.databaseUrl());
  const taken = Date.now();
  await world.startHub();
  await shared.flows();
  await shared.flows();
  await shared.drained();
  const confirmed = await shared.framesSince(taken);
  expect(confirmed).toBeGreaterThan(1);
  await world.hub.stop();
  const lost = Date.now();
  await backup.putBack();
  expect(await shared.framesSince(taken)).toBe(0);

  const [{ before } = { before: '' }] = await shared.sql<{ before: string }>(
    'select hub_epoch as before from installation',
  );
  expect(() => world.hubCommand('restore', '/backup', '--external')).toThrow(/takes no backup/);
  expect(() => world.hubCommand('restore', '/backup')).toThrow(/DATABASE_URL is set/);
  const told = world.hubCommand('restore', '--external') as { data: { hub_epoch: string } };
  expect(told.data.hub_epoch).not.toBe(before);
  await world.startHub();
  await shared.says('agent', /the hub was restored/);
  await shared.flows();
  expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  expect(await shared.framesSince(taken, lost)).toBeGreaterThanOrEqual(confirmed);
});
