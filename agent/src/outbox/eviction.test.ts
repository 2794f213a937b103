import type { TombstoneBody } from '@hearst/protocol';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import {
  bodyOf,
  containerFrame,
  eventBatch,
  framesBatch,
  HOUR,
  MINUTE,
  meterFrame,
  NOON,
  type TestOutbox,
  testOutbox,
  waitingOf,
} from '../../../test/harness/outbox.ts';
import { OutboxError } from './errors.ts';
import type { NewBatch, Outbox, OutboxOptions } from './outbox.ts';

const kits: TestOutbox[] = [];
afterEach(() => {
  for (const kit of kits.splice(0)) kit.remove();
});
function kitOf(options?: Partial<OutboxOptions>): TestOutbox {
  const kit = testOutbox(options);
  kits.push(kit);
  return kit;
}

const KB = 1024;

function tombstonesOf(outbox: Outbox): TombstoneBody[] {
  return waitingOf(outbox)
    .filter((batch) => batch.kind === 'tombstone')
    .map((batch) => bodyOf(batch, 'tombstone'));
}

/** Appends as a poller does: time moves to the batch's time first. */
function appendAt(kit: TestOutbox, batch: NewBatch): number {
  kit.clock.wallMs = Math.max(kit.clock.wallMs, batch.at);
  kit.clock.monoMs += 1;
  return kit.outbox.append([batch])[0] as number;
}

test('the order of sacrifice: over 72 h to 15 minutes, over 24 h to 5, then the oldest; never events nor meters (R6)', () => {
  const kit = kitOf();
  const start = NOON;
  const now = start + 96 * HOUR;
  const frames: NewBatch[] = [eventBatch(start)];
  for (let at = start; at < now; at += 3 * MINUTE) {
    frames.push(framesBatch([containerFrame(1, at, 5)]));
    if (at % (30 * MINUTE) === 0) frames.push(framesBatch([meterFrame(1, at)]));
  }
  kit.clock.wallMs = now;
  kit.outbox.append(frames);
  // From here on the file is full: whatever comes next costs something older.
  kit.reopen({ maxBytes: kit.outbox.settings().fileBytes });
  const classes: string[] = [];
  const quarters = new Map<string, number>();
  for (let n = 0; n < 80 && classes.at(-1) !== 'dropped'; n++) {
    kit.outbox.append(Array.from({ length: 30 }, () => framesBatch([containerFrame(2, now, 5)])));
    for (const stone of tombstonesOf(kit.outbox)) if (!classes.includes(stone.class)) classes.push(stone.class);
    const oldDay = waitingOf(kit.outbox).filter((batch) => batch.class === 'frames' && batch.at < now - 72 * HOUR);
    quarters.set(classes.at(-1) ?? '', new Set(oldDay.map((batch) => Math.floor(batch.at / (15 * MINUTE)))).size);
  }
  expect(classes).toEqual(['thinned_15min', 'thinned_5min', 'dropped']);
  // Thinning left every quarter of an hour of the oldest day.
  expect(quarters.get('thinned_15min')).toBe(96);
  expect(quarters.get('thinned_5min')).toBe(96);
  const left = waitingOf(kit.outbox);
  expect(left.filter((batch) => batch.kind === 'events')).toHaveLength(1);
  expect(left.filter((batch) => batch.class === 'meters')).toHaveLength(192);
});

test('retained batches go before any unconfirmed one, without a tombstone', () => {
  const kit = kitOf({ maxBytes: 400 * KB });
  for (let i = 0; i < 60; i++) appendAt(kit, framesBatch([containerFrame(1, NOON + i * MINUTE, 300)]));
  expect(tombstonesOf(kit.outbox)).toEqual([]);
  kit.outbox.confirm(kit.outbox.id, [[1, 50]]);
  for (let i = 60; i < 100; i++) appendAt(kit, framesBatch([containerFrame(1, NOON + i * MINUTE, 300)]));
  expect(tombstonesOf(kit.outbox)).toEqual([]);
  expect(kit.outbox.depth().batches).toBe(50);
});

test('meters go last, thinned to a quarter of an hour; then new data is refused and nothing else is touched', () => {
  const kit = kitOf({ maxBytes: 200 * KB });
  const event = appendAt(kit, eventBatch(NOON));
  let appended = 0;
  const refused = (): boolean => {
    try {
      appendAt(kit, framesBatch([meterFrame(1, NOON + appended * MINUTE)]));
      appended++;
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(OutboxError);
      expect((error as OutboxError).code).toBe('full');
      expect((error as OutboxError).retryable).toBe(true);
      return true;
    }
  };
  appendAt(kit, framesBatch([containerFrame(1, NOON, 300)]));
  // A hundred at a time until that does not fit any more, then one by one.
  for (let full = false; !full; ) {
    const batches = Array.from({ length: 100 }, (_, i) => framesBatch([meterFrame(1, NOON + (appended + i) * MINUTE)]));
    kit.clock.wallMs = NOON + (appended + 100) * MINUTE;
    try {
      kit.outbox.append(batches);
      appended += 100;
    } catch {
      full = true;
    }
  }
  while (!refused()) if (appended > 20_000) throw new Error('never full');
  const waiting = waitingOf(kit.outbox);
  expect(waiting[0]!.row).toBe(event);
  const stones = tombstonesOf(kit.outbox);
  expect(stones[0]!.class).toBe('dropped');
  expect(stones.slice(1).every((stone) => stone.class === 'thinned_15min')).toBe(true);
  const meters = waiting.filter((batch) => batch.class === 'meters');
  expect(meters.length + stones.slice(1).reduce((sum, stone) => sum + stone.batches, 0)).toBe(appended);
  const slots = new Set(meters.map((batch) => Math.floor(batch.at / (15 * MINUTE))));
  for (let at = NOON; at < NOON + appended * MINUTE; at += 15 * MINUTE)
    expect(slots.has(Math.floor(at / (15 * MINUTE)))).toBe(true);
  // The hub takes some: there is room again.
  kit.outbox.confirm(kit.outbox.id, [[1, 10_000_000]]);
  expect(refused()).toBe(false);
});

test('what is on its way to the hub is not thinned', () => {
  const kit = kitOf({ maxBytes: 200 * KB });
  const held = [1, 2, 3].map((i) => appendAt(kit, framesBatch([containerFrame(1, NOON + i * MINUTE, 300)])));
  kit.outbox.hold(new Set(held));
  for (let i = 4; i < 160; i++) appendAt(kit, framesBatch([containerFrame(1, NOON + i * MINUTE, 300)]));
  expect(tombstonesOf(kit.outbox).length).toBeGreaterThan(0);
  for (const row of held) expect(kit.outbox.read(row)?.intact).toBe(true);
});

test('tombstones are exact: what is stored and what is buried is everything, under any cap and history', () => {
  const step = fc.record({
    containers: fc.integer({ min: 1, max: 4 }),
    miners: fc.integer({ min: 1, max: 200 }),
    minutes: fc.integer({ min: 0, max: 600 }),
    meter: fc.boolean(),
    event: fc.boolean(),
    confirm: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 4 }),
    reopen: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 60 }),
      fc.integer({ min: 120, max: 400 }),
      (steps, capKb) => {
        const kit = testOutbox({ maxBytes: capKb * KB });
        try {
          const accepted = new Map<number, { readings: number; at: number; class: string }>();
          const confirmed = new Set<number>();
          let at = NOON;
          for (const one of steps) {
            at += one.minutes * MINUTE;
            kit.clock.wallMs = at;
            kit.clock.monoMs += 1000;
            const batches: { batch: NewBatch; class: string }[] = [];
            for (let c = 1; c <= one.containers; c++)
              batches.push({ batch: framesBatch([containerFrame(c, at, one.miners)]), class: 'frames' });
            if (one.meter) batches.push({ batch: framesBatch([meterFrame(1, at)]), class: 'meters' });
            if (one.event) batches.push({ batch: eventBatch(at), class: 'events' });
            const seqs = kit.outbox.append(batches.map(({ batch }) => batch));
            seqs.forEach((seq, i) => {
              const { batch, class: rowClass } = batches[i]!;
              accepted.set(seq, { readings: batch.readings, at, class: rowClass });
            });
            if (one.confirm !== null) {
              const waiting = waitingOf(kit.outbox).map((batch) => batch.seq);
              const seq = waiting[Math.floor(one.confirm * waiting.length)];
              if (seq !== undefined) {
                for (const row of kit.outbox.confirm(kit.outbox.id, [[Math.max(1, seq - 3), seq]])) confirmed.add(row);
              }
            }
            if (one.reopen) kit.reopen();
          }
          const waiting = waitingOf(kit.outbox);
          const stones = tombstonesOf(kit.outbox);
          const settings = kit.outbox.settings();
          const left = [...accepted].filter(
            ([seq]) => !waiting.some((batch) => batch.seq === seq) && !confirmed.has(seq),
          );
          // Tombstones that were themselves confirmed are out of sight here; count them from what is missing.
          const seen = stones.filter((stone) => stone.outbox === kit.outbox.id);
          const stoneRows = new Set(waiting.filter((batch) => batch.kind === 'tombstone').map((batch) => batch.seq));
          const hiddenStones = [...confirmed].filter((seq) => !accepted.has(seq)).length;
          if (hiddenStones === 0) {
            expect(seen.reduce((sum, stone) => sum + stone.batches, 0)).toBe(left.length);
            expect(seen.reduce((sum, stone) => sum + stone.readings, 0)).toBe(
              left.reduce((sum, [, row]) => sum + row.readings, 0),
            );
          }
          for (const [seq, row] of left) {
            expect(row.class).not.toBe('events');
            expect(
              hiddenStones > 0 ||
                seen.some(
                  (stone) =>
                    stone.seq_from <= seq && seq <= stone.seq_to && stone.at_from <= row.at && row.at <= stone.at_to,
                ),
            ).toBe(true);
          }
          expect(settings.fileBytes).toBeLessThanOrEqual(settings.maxBytes);
          const depth = kit.outbox.depth();
          expect(depth).toEqual({
            batches: waiting.length,
            bytes: waiting.reduce((sum, batch) => sum + batch.body.length, 0),
            oldestAt: waiting.length === 0 ? null : expect.any(Number),
          });
          expect(stoneRows.size).toBe(stones.length);
          // The newest frames of all are always there.
          const newest = [...accepted].filter(([seq, row]) => row.at === at && !confirmed.has(seq));
          expect(newest.every(([seq]) => waiting.some((batch) => batch.seq === seq)) || capKb < 260).toBe(true);
        } finally {
          kit.remove();
        }
      },
    ),
    { numRuns: 8 },
  );
}, 60_000);
