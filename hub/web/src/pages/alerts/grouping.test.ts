import { expect, it } from 'vitest';
import type { Alert } from '../../api/alerts.ts';
import { grouped, stepped } from './grouping.ts';

const alert = (id: number, given: Partial<Alert> = {}): Alert =>
  ({ id, severity: 'critical', status: 'active', suppressed_by: null, ...given }) as Alert;

const told = (alerts: readonly Alert[], isSearch = false): [string, number[]][] =>
  grouped(alerts, isSearch).map(({ heading, alerts: of }) => [heading, of.map(({ id }) => id)]);

it('alerts stand by severity, what is over after them', () => {
  const list = [
    alert(4, { status: 'resolved' }),
    alert(3, { severity: 'info' }),
    alert(2, { severity: 'warning' }),
    alert(1),
  ];
  expect(told(list)).toEqual([
    ['critical', [1]],
    ['warning', [2]],
    ['info', [3]],
    ['resolved', [4]],
  ]);
});

it('within a heading the order of the hub stays', () => {
  expect(told([alert(9), alert(2), alert(5)])).toEqual([['critical', [9, 2, 5]]]);
});

it('what another explains is not listed', () => {
  expect(told([alert(1), alert(2, { suppressed_by: 1 }), alert(3, { suppressed_by: 99 })])).toEqual([
    ['critical', [1]],
  ]);
});

it('who searches finds what is explained by an alert that was not found', () => {
  expect(told([alert(1), alert(2, { suppressed_by: 1 }), alert(3, { suppressed_by: 99 })], true)).toEqual([
    ['critical', [1]],
    ['explained', [3]],
  ]);
});

it.each([
  [undefined, 1, 5],
  [5, 1, 6],
  [6, 1, 7],
  [7, 1, 7],
  [5, -1, 5],
  [99, -1, 5],
])('from %s by %s is %s', (from, by, to) => {
  expect(stepped([{ id: 5 }, { id: 6 }, { id: 7 }], from, by)?.id).toBe(to);
});

it('of nothing there is no next', () => {
  expect(stepped([], undefined, 1)).toBeUndefined();
});
