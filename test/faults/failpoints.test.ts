import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FAILPOINTS, type Failpoint } from '@hearst/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVALUATION_STEPS } from '../harness/evaluation-steps.ts';
import { MessageWorld } from '../harness/message-world.ts';
import { bodyOf, testOutbox, waitingOf } from '../harness/outbox.ts';
import { createTestDatabase } from '../harness/postgres.ts';
import type { Program } from '../harness/process.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';

/** Steps of the readings' way, walked by killing the running system, and steps of an outbox that is full or old. */
const onTheWay = FAILPOINTS.filter((name) => !isUpkeep(name) && !isDelivery(name) && !isEvaluation(name));
const upkeep = FAILPOINTS.filter(isUpkeep);
/** Steps of a message's way out. */
const deliveries = FAILPOINTS.filter(isDelivery);

/** Walked in `alerts.test.ts`, on alerts and what is told of them. */
function isEvaluation(name: Failpoint): boolean {
  return EVALUATION_STEPS.some((step) => step === name);
}

function isDelivery(name: Failpoint): boolean {
  return name.startsWith('hub.delivery.');
}

function isUpkeep(name: Failpoint): boolean {
  return name.startsWith('agent.prune.') || name.startsWith('agent.thin.');
}

/** Lets a program die at each of its steps, one life after the other, then lives on. */
async function walk(program: Program, prefix: string, start: (env: Record<string, string>) => void): Promise<void> {
  for (const name of onTheWay.filter((point) => point.startsWith(prefix))) {
    if (program.running) await program.stop();
    // At its second pass: the first shows that what came back from the death before works.
    start({ HEARST_FAILPOINT: `${name}:2` });
    expect(await program.end(60_000), `${name}\n${program.tail()}`).toEqual({ code: null, signal: 'SIGKILL' });
  }
  start({});
}

describe('killed at every step between two others', { timeout: 480_000 }, () => {
  let shared: SharedWorld;
  beforeAll(async () => {
    shared = await (await SharedWorld.create()).start();
  });
  afterAll(() => shared?.stop());

  it('on the way of a reading: nothing is lost, twice or quarantined', async () => {
    const { agent, hub } = shared.world;
    await walk(agent, 'agent.', (env) => shared.startAgent(env));
    await walk(hub, 'hub.', (env) => hub.start(env));
    await shared.flows();
    const verdict = await shared.atRest();
    expect(verdict).toMatchObject(NOTHING_LOST);
    expect(verdict.stored).toBeGreaterThan(1000);
    // Batches that were committed and not confirmed came again, and were known.
    expect(await shared.duplicates()).toBeGreaterThan(0);
  });
});

const CHILD = fileURLToPath(new URL('../harness/outbox-child.ts', import.meta.url));
const HOUR_MS = 3_600_000;

describe('killed while the outbox makes room: what was accepted is there, or a tombstone counts it', () => {
  it.each(upkeep)('%s', (name) => {
    using folder = temporaryFolder('upkeep');
    const full = name.startsWith('agent.thin.');
    const args = [folder.path, String(full ? 200 * 1024 : 64e6), String(full ? 6 * HOUR_MS : 1000), '120'];
    const env = { ...process.env, HEARST_FAILPOINT: `${name}:2` };
    const child = spawnSync(process.execPath, [CHILD, ...args], { env, encoding: 'utf8' });
    expect(child.signal).toBe('SIGKILL');
    const told = (what: string): number[] =>
      child.stdout
        .split('\n')
        .filter((line) => line.startsWith(`${what} `))
        .flatMap((line) => line.split(' ').slice(1).filter(Boolean).map(Number));
    const confirmed = new Set(told('confirmed'));
    const owed = told('appended').filter((seq) => !confirmed.has(seq));

    const { outbox } = testOutbox({ folder: folder.path });
    const all = waitingOf(outbox);
    outbox.close();
    const waiting = new Set(all.map((batch) => batch.seq));
    const stones = all.filter((batch) => batch.kind === 'tombstone').map((batch) => bodyOf(batch, 'tombstone'));
    const missing = owed.filter((seq) => !waiting.has(seq));
    expect(stones.reduce((sum, stone) => sum + stone.batches, 0)).toBe(missing.length);
    for (const seq of missing)
      expect(stones.some(({ seq_from, seq_to }) => seq_from <= seq && seq <= seq_to)).toBe(true);
    expect(owed.length).toBeGreaterThan(0);
  });
});

describe('killed while a message goes out', () => {
  it('it is not lost, and a repeat comes only between acceptance and commit, under the same identity', async () => {
    using folder = temporaryFolder('messages');
    const world = new MessageWorld(await createTestDatabase(), folder.path);
    try {
      await world.prepare();
      const message = await world.add();
      const seen: Record<string, [status: string, received: number]> = {};
      for (const name of deliveries) {
        world.hub.start({ HEARST_FAILPOINT: name });
        const end = await world.hub.end(60_000);
        expect(end, `${name}\n${world.hub.tail()}`).toEqual({ code: null, signal: 'SIGKILL' });
        seen[name] = [await world.statusOf(message), world.receiver.accepted.length];
        await world.letClaimsEnd();
      }
      expect(seen).toEqual({
        'hub.delivery.claimed': ['pending', 0],
        'hub.delivery.accepted': ['pending', 1],
        'hub.delivery.done': ['delivered', 2],
      });
      world.hub.start();
      const after = await world.add();
      await until(async () => (await world.statusOf(after)) === 'delivered', {
        withinMs: 60_000,
        what: 'the next one',
      });
      const ids = world.receiver.accepted.map(({ headers }) => headers['webhook-id']);
      const bodies = world.receiver.accepted.map(({ body }) => body);
      expect(ids).toEqual([message, message, after]);
      expect(bodies[1]).toBe(bodies[0]);
    } finally {
      await world.stop();
    }
  });
});

it('every fail point is walked', () => {
  expect([...onTheWay, ...EVALUATION_STEPS, ...deliveries, ...upkeep].sort()).toEqual([...FAILPOINTS].sort());
});
