import { expect, it } from 'vitest';
import type { Counted } from '../../api/inbox.ts';
import { alertsSearch } from './search.ts';
import { countsOf, explainedCounts, filterOf } from './views.ts';

const counted = (id: number, given: Partial<Counted> = {}): Counted => ({
  ...{ id, severity: 'critical', status: 'active', assignee: null, suppressed_by: null },
  ...given,
});

it('an address is taken as far as it says something', () => {
  expect(alertsSearch({ view: 'mine', severity: 'info', project: 'QATAR-001', q: 'pump', alert: 7 })).toEqual({
    ...{ view: 'mine', severity: 'info', project: 'QATAR-001', q: 'pump', alert: 7 },
  });
  expect(alertsSearch({ view: 'all', severity: 'loud', project: '', q: '  ', alert: '7' })).toEqual({});
  expect(alertsSearch({ alert: -1 })).toEqual({});
  expect(alertsSearch({ status: 'active' })).toEqual({});
  expect(alertsSearch({ status: 'resolved' })).toEqual({ view: 'resolved' });
});

it('a view and its filters are asked of the hub together', () => {
  expect(filterOf({}, 'Ines')).toEqual({ status: 'active,acknowledged' });
  expect(filterOf({ view: 'mine', project: 'QATAR-001', q: ' C14 ' }, 'Ines')).toEqual({
    ...{ status: 'active,acknowledged', assignee: 'Ines', project_id: 'QATAR-001', q: 'C14' },
  });
  expect(filterOf({ view: 'day', severity: 'warning' }, 'Ines')).toEqual({
    ...{ lastHours: 24, sort: 'status', severity: 'warning' },
  });
});

it('the critical view stays critical', () => {
  expect(filterOf({ view: 'critical', severity: 'info' }, 'Ines')).toEqual({ status: 'active', severity: 'critical' });
});

it('what others explain is not counted', () => {
  const open = [
    counted(1, { assignee: 'Ines' }),
    counted(2, { suppressed_by: 1 }),
    counted(3, { suppressed_by: 1, assignee: 'Ines' }),
    counted(4, { status: 'acknowledged' }),
    counted(5, { severity: 'warning' }),
  ];
  expect(countsOf(open, [...open, counted(6, { status: 'resolved' })], 'Ines')).toEqual({
    ...{ open: 3, critical: 1, mine: 1, day: 4 },
  });
  expect([...explainedCounts(open)]).toEqual([[1, 2]]);
});
