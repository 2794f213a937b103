import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  containerFrame,
  eventBatch,
  framesBatch,
  HOUR,
  NOON,
  type TestOutbox,
  testOutbox,
} from '../../../test/harness/outbox.ts';
import { keyOf } from '../../../test/harness/scripted-hub.ts';
import type { StoredBatch } from '../outbox/store.ts';
import { Flight } from './flight.ts';

/**
 * Outbox and ack protocol against a network that drops, duplicates and reorders, an agent and a hub that die at
 * any step, rotations and restores. What must hold whatever happens: the hub never has two bodies under one key
 * (R5), stores each accepted batch once, and once the network behaves again has everything (R1-R8, R10).
 */
type Step =
  | { do: 'append'; count: number }
  | { do: 'send'; window: number }
  | { do: 'deliver'; which: number; copies: number }
  | { do: 'lose'; which: number }
  | { do: 'hear'; which: number; copies: number }
  | { do: 'loseAck'; which: number }
  | { do: 'wait'; ms: number }
  | { do: 'killAgent' | 'killHub' | 'rotate' | 'restoreHub' };

const at = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), window: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), which: at, copies: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), which: at }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('hear' as const), which: at, copies: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('loseAck' as const), which: at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2 * HOUR }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('killAgent' as const, 'killHub' as const, 'rotate' as const, 'restoreHub' as const),
    }),
  },
);

class World {
  readonly kit: TestOutbox = testOutbox();
  flight = new Flight({ resendAfterMs: 1000, resendMaxMs: 10_000 });
  wire: StoredBatch[] = [];
  acks: { outbox: string; seq: number }[] = [];
  readonly accepted = new Set<string>();
  stored = new Map<string, string>();
  backup: { stored: Map<string, string> } | undefined;
  takenAt = 0;

  append(count: number): void {
    const { outbox } = this.kit;
    const batches = Array.from({ length: count }, (_, i) =>
      i === 3 ? eventBatch(NOON) : framesBatch([containerFrame(i + 1, NOON, 3)]),
    );
    for (const seq of outbox.append(batches)) this.accepted.add(keyOf({ outbox: outbox.id, seq }));
  }

  send(window: number): void {
    const { outbox, clock } = this.kit;
    const now = clock.mono();
    const fresh = (['event', 'readings'] as const).flatMap((lane) => outbox.next(lane, 0, 1000)).map((one) => one.row);
    const rows = [...this.flight.due(now).map((sent) => sent.row), ...fresh.filter((row) => !this.flight.has(row))];
    for (const row of rows) {
      if (!this.flight.has(row) && this.flight.unacked >= window) break;
      const batch = outbox.read(row);
      if (!batch) continue;
      this.flight.send({ ...batch, lane: 'backlog' }, now);
      this.flight.taken([row], now);
      this.wire.push(batch);
    }
  }

  deliver(index: number, keep: boolean): void {
    const batch = this.wire[index];
    if (!batch) return;
    if (!keep) this.wire.splice(index, 1);
    const hash = batch.hash.toString('hex');
    const known = this.stored.get(keyOf(batch));
    if (known !== undefined && known !== hash) throw new Error(`fork of ${keyOf(batch)}`);
    if (known === undefined) expect(this.accepted.has(keyOf(batch))).toBe(true);
    this.stored.set(keyOf(batch), hash);
    this.acks.push({ outbox: batch.outbox, seq: batch.seq });
  }

  hear(index: number, keep: boolean): void {
    const ack = this.acks[index];
    if (!ack) return;
    if (!keep) this.acks.splice(index, 1);
    this.kit.outbox.confirm(ack.outbox, [[ack.seq, ack.seq]]);
    this.flight.settle(ack.outbox, [[ack.seq, ack.seq]], this.kit.clock.mono());
  }

  run(one: Step): void {
    const pick = (which: number, list: unknown[]) => (list.length === 0 ? -1 : which % list.length);
    switch (one.do) {
      case 'append':
        this.append(one.count);
        return;
      case 'send':
        this.send(one.window);
        return;
      case 'deliver':
        for (let copy = one.copies; copy > 0; copy--) this.deliver(pick(one.which, this.wire), copy > 1);
        return;
      case 'lose':
        this.wire.splice(pick(one.which, this.wire), this.wire.length === 0 ? 0 : 1);
        return;
      case 'hear':
        for (let copy = one.copies; copy > 0; copy--) this.hear(pick(one.which, this.acks), copy > 1);
        return;
      case 'loseAck':
        this.acks.splice(pick(one.which, this.acks), this.acks.length === 0 ? 0 : 1);
        return;
      case 'wait':
        this.kit.clock.pass(one.ms);
        return;
      case 'killAgent':
        this.kit.reopen();
        this.flight = new Flight({ resendAfterMs: 1000, resendMaxMs: 10_000 });
        return;
      case 'killHub':
        this.wire = [];
        this.acks = [];
        return;
      case 'rotate':
        this.kit.outbox.rotate();
        return;
      case 'restoreHub':
        this.restore();
        return;
    }
  }

  /** The first time takes a backup, the second goes back to it, as long as the agent still has what came since. */
  restore(): void {
    const { outbox, clock } = this.kit;
    if (!this.backup) {
      this.backup = { stored: new Map(this.stored) };
      clock.pass(1);
      this.takenAt = clock.mono();
      return;
    }
    if (clock.mono() - this.takenAt < 6 * HOUR) {
      this.stored = new Map(this.backup.stored);
      this.wire = [];
      this.acks = [];
      outbox.replay(outbox.id, 0, randomUUID());
      this.flight = new Flight({ resendAfterMs: 1000, resendMaxMs: 10_000 });
    }
    this.backup = undefined;
  }

  /** The network behaves from now on. */
  settle(): void {
    for (let round = 0; this.kit.outbox.depth().batches > 0; round++) {
      if (round > 200) throw new Error(`does not drain: ${JSON.stringify(this.kit.outbox.depth())}`);
      this.kit.clock.pass(20_000);
      this.send(16);
      while (this.wire.length > 0) this.deliver(0, false);
      while (this.acks.length > 0) this.hear(0, false);
    }
  }
}

test('whatever the network and the crashes: everything accepted is stored once (R1-R8, R10)', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const world = new World();
      try {
        for (const one of steps) world.run(one);
        world.settle();
        expect([...world.stored.keys()].sort()).toEqual([...world.accepted].sort());
      } finally {
        world.kit.remove();
      }
    }),
    { numRuns: Number(process.env.HEARST_HISTORIES ?? 25) },
  );
}, 120_000);
