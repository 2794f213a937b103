import { expect, it } from 'vitest';
import type { Alert } from '../../api/alerts.ts';
import type { MinerSeries } from '../../api/miners.ts';
import { expectedOfBoard, lookOfBoard } from './board-looks.ts';
import { eventsOf, restartsOf } from './events.ts';
import { rejectedShare, sharesOf } from './shares.ts';
import { stateOf } from './state.ts';

const alert = (id: number, severity: Alert['severity'], rest: Partial<Alert> = {}): Alert =>
  ({ id, severity, first_seen_at: `2026-11-26T1${id}:00:00Z`, resolved_at: null, ...rest }) as Alert;

it.each([
  ['hashing', 'fresh', [], 'normal', null],
  ['hashing', 'late', [], 'stale', null],
  ['hashing', 'fresh', [alert(1, 'warning'), alert(2, 'critical')], 'critical', 2],
  // What is only good to know gives the reason, and no colour.
  ['hashing', 'fresh', [alert(1, 'info')], 'normal', 1],
  ['offline', 'stale', [alert(1, 'info')], 'offline', 1],
  ['offline', 'stale', [alert(1, 'warning')], 'offline', 1],
] as const)('%s, %s, with alerts %j: %s', (status, freshness, open, mark, cause) => {
  const state = stateOf({ status, freshness }, open);
  expect([state.mark, state.cause?.id ?? null]).toEqual([mark, cause]);
});

it('a restart is where the time since it has become less, reckoned back from there', () => {
  const hour = 3_600_000;
  expect(restartsOf([0, hour, 2 * hour, 3 * hour], [7200, 10_800, null, 600], hour)).toEqual([4 * hour - 600_000]);
  expect(restartsOf([0, hour], [null, 600], hour)).toEqual([]);
});

it('events stand from the newest to the oldest, an alert that is over twice', () => {
  const over = alert(1, 'info', { resolved_at: '2026-11-26T15:00:00Z' });
  const events = eventsOf([over, alert(3, 'warning')], [], [Date.parse('2026-11-26T14:00:00Z')]);
  expect(events.map(({ kind }) => kind)).toEqual(['ended', 'restarted', 'began', 'began']);
});

it('of counters the newest that is known counts', () => {
  const one = (metric: string, values: (number | null)[]) => ({ metric, agg: 'last', labels: {}, values });
  const series = [one('shares_accepted', [900, 990, null]), one('shares_rejected', [8, 10, null])];
  const shares = sharesOf({ time: ['a', 'b', 'c'], series } as unknown as MinerSeries);
  expect(shares).toEqual({ accepted: 990, rejected: 10, stale: null });
  expect(rejectedShare(shares)).toBe(1);
  expect(rejectedShare({ accepted: 0, rejected: 0, stale: 0 })).toBeNull();
});

it.each([
  [157, 'normal'],
  [120, 'warning'],
  [0, 'critical'],
  [null, 'unknown'],
] as const)('a board with %s TH/s of 157.7 is %s', (ths, mark) => {
  expect(lookOfBoard({ hashrate_ths: ths }, 473 / 3).mark).toBe(mark);
});

it('without an expected value no board is too slow', () => {
  expect(expectedOfBoard({ hashrate_expected_th: null, boards: { boards: [{}] } } as never)).toBeNull();
  expect(lookOfBoard({ hashrate_ths: 20 }, null)).toEqual({ mark: 'normal', share: null });
});
