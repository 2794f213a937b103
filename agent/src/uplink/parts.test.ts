import { describe, expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { ClockWatch } from './clock-watch.ts';
import { Flight } from './flight.ts';
import { clockState, HubClock, offsetAt } from './hub-clock.ts';
import { LaneGuard } from './lane-guard.ts';
import { LiveRows } from './live-rows.ts';
import { TokenBucket } from './token-bucket.ts';

test('back-off grows with full jitter between half the least and the most', () => {
  const backoff = new Backoff(500, 60_000);
  const waits = Array.from({ length: 200 }, () => backoff.next());
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(250);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  expect(Math.max(...waits)).toBeGreaterThan(30_000);
  backoff.reset();
  expect(backoff.next()).toBeLessThanOrEqual(500);
});

test('the bucket lets through its rate and no more than a burst at once', () => {
  const bucket = new TokenBucket(8);
  expect(bucket.available(0)).toBe(Number.POSITIVE_INFINITY);
  bucket.setRate(10, 0);
  expect(bucket.available(0)).toBe(0);
  expect(bucket.available(500)).toBe(5);
  bucket.take(5);
  expect(bucket.available(600)).toBe(1);
  expect(bucket.available(60_000)).toBe(10);
});

describe('the hub clock', () => {
  test('four timestamps give the offset within half the round trip', () => {
    const clock = new HubClock();
    // Hub is 5000 ms ahead of mono; 40 ms there, 60 ms back, 10 ms in the hub.
    expect(clock.exchange(1000, 6040, 6050, 1110)).toEqual({ anchorMs: 4990, uncertaintyMs: 50 });
    expect(clock.exchange(2000, 7500, 7500, 3000)).toBeUndefined(); // a slow one that agrees changes nothing
    expect(clock.exchange(4000, 9005, 9005, 4010)).toEqual({ anchorMs: 5000, uncertaintyMs: 5 });
    expect(clock.exchange(5000, 90_005, 90_005, 5010)?.anchorMs).toBe(85_000); // it was set: it contradicts
  });

  test('a message from the future calls for a new exchange', () => {
    const clock = new HubClock();
    expect(clock.contradicts(1e9, 0)).toBe(false);
    clock.exchange(0, 5000, 5000, 10);
    expect(clock.contradicts(5100, 100)).toBe(false);
    expect(clock.contradicts(9000, 100)).toBe(true);
  });

  test.each([
    [null, 'unsynced'],
    [0, 'synced'],
    [-2000, 'synced'],
    [2001, 'suspect'],
  ] as const)('offset %s is %s', (offset, state) => expect(clockState(offset)).toBe(state));

  test('the offset of a batch follows its own clocks', () => {
    expect(offsetAt(null, 1, 2)).toBeNull();
    expect(offsetAt(1_000_000, 1_000_400, 100)).toBe(-300);
  });
});

test('a step of the wall clock shows, a slow correction does not', () => {
  let wall = 0;
  let mono = 0;
  const watch = new ClockWatch({ wall: () => wall, mono: () => mono, sleep: () => Promise.resolve() });
  for (let i = 0; i < 100; i++) {
    mono += 1000;
    wall += 1100;
    expect(watch.step()).toBeUndefined();
  }
  wall -= 7_200_000;
  expect(watch.step()).toBe(-7_200_000);
  expect(watch.step()).toBeUndefined();
});

test('a lane on which connections die is held for a growing time; a PUBACK clears it', () => {
  const guard = new LaneGuard();
  const die = (now: number) => {
    guard.opened();
    if (guard.allows('backlog', now)) guard.sent('backlog');
    expect(guard.allows('live', now)).toBe(guard.held(now).length > 0);
    return guard.lost(now);
  };
  expect(die(0)).toBeUndefined();
  expect(die(1)).toBeUndefined();
  const first = die(2);
  expect(first).toMatchObject({ lane: 'backlog', first: true });
  guard.opened();
  expect(guard.allows('backlog', 3)).toBe(false);
  expect(guard.allows('live', 3)).toBe(true);
  const later = 2 + (first?.forMs ?? 0);
  expect(die(later)?.forMs).toBeGreaterThan(first?.forMs ?? 0);
  guard.taken('backlog');
  expect(guard.held(later)).toEqual([]);
});

test('live rows: newest poll first, in order within it, until they are too old', () => {
  const live = new LiveRows(100);
  const rows = (...numbers: number[]) => numbers.map((row) => ({ row, len: 1, at: 0 }));
  live.add(rows(1, 2), 0);
  live.add(rows(3, 4), 50);
  const sent = new Set<number>();
  const order: number[] = [];
  for (let row = live.next((n) => sent.has(n)); row; row = live.next((n) => sent.has(n))) {
    order.push(row.row);
    sent.add(row.row);
  }
  expect(order).toEqual([3, 4, 1, 2]);
  live.remove(1);
  expect(live.expire(120)).toEqual([2]);
  expect(live.has(2)).toBe(false);
  expect(live.has(3)).toBe(true);
});

describe('what is on its way', () => {
  const batch = (seq: number) => ({
    ...{ row: seq, outbox: 'o', seq, class: 'frames' as const, lane: 'backlog' as const },
    ...{ stream: 'QATAR-C01', at: seq },
  });

  test('no resend while the message is still on the way to the broker (18)', () => {
    const flight = new Flight({ resendAfterMs: 100, resendMaxMs: 1000 });
    flight.send(batch(1), 0);
    expect(flight.due(1e9)).toEqual([]);
    flight.taken([1], 50_000);
    expect(flight.due(50_099)).toEqual([]);
    expect(flight.due(50_100)).toHaveLength(1);
  });

  test('the wait doubles with each attempt and follows the usual answer', () => {
    const flight = new Flight({ resendAfterMs: 100, resendMaxMs: 10_000 });
    const waits = [1, 2, 3].map(() => {
      flight.send(batch(1), 0);
      flight.taken([1], 0);
      return flight.nextDue;
    });
    expect(waits).toEqual([100, 200, 400]);
    expect(flight.resent).toBe(2);
    for (let seq = 2; seq < 40; seq++) {
      flight.send(batch(seq), 0);
      flight.settle('o', [[seq, seq]], 1500);
    }
    flight.send(batch(50), 0);
    flight.taken([50], 0);
    expect(flight.nextDue).toBe(400);
    flight.settle('o', [[1, 1]], 0);
    expect(flight.nextDue).toBeGreaterThan(5000);
  });

  test('backlog takes less room when answers get slow, more when they are quick', () => {
    const flight = new Flight({ resendAfterMs: 100, resendMaxMs: 10_000 });
    const answer = (ms: number) => {
      flight.send(batch(1), 0);
      flight.settle('o', [[1, 1]], ms);
    };
    for (let i = 0; i < 20; i++) answer(50);
    expect(flight.backlogRoom).toBe(22);
    for (let i = 0; i < 10; i++) answer(5000);
    expect(flight.backlogRoom).toBe(1);
  });
});
