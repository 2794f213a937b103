import { expect, it } from 'vitest';
import type { Alert } from '../../api/alerts.ts';
import type { MaintenanceWindow } from '../../api/maintenance.ts';
import type { Series } from '../../api/metrics.ts';
import type { Project } from '../../api/projects.ts';
import { settled } from '../../charts/from-series.ts';
import { changesOf } from '../../components/changes.ts';
import { conflictsOf, rebased } from '../../components/draft.ts';
import { neighbour } from '../../components/roving.ts';
import { shortId } from '../../components/short-id.ts';
import { changeOf, draftOf, faultOf } from './draft.ts';
import { headlineOf } from './headline.ts';
import { marksOf } from './marks.ts';
import { minersAsked } from './miners-asked.ts';
import { tabsFor } from './project-tabs.tsx';

const alert = (more: Partial<Alert>): Alert =>
  ({
    severity: 'critical',
    target_type: 'container',
    target_id: 'QATAR-C14',
    suppressed_by: null,
    first_seen_at: '2026-11-26T10:00:00Z',
    ...more,
  }) as Alert;

it('a headline tells the worst, how many there are of each, and since when', () => {
  const headline = headlineOf(
    ['normal', 'critical', 'stale', 'stale'],
    [
      alert({ first_seen_at: '2026-11-26T12:00:00Z' }),
      alert({}),
      alert({ severity: 'info', first_seen_at: '2026-11-01T00:00:00Z' }),
    ],
  );
  expect(headline).toEqual({
    mark: 'critical',
    counts: [
      ['critical', 1],
      ['stale', 2],
    ],
    since: Date.parse('2026-11-26T10:00:00Z'),
  });
  expect(headlineOf(['normal'], [alert({})])).toEqual({ mark: 'normal', counts: [], since: null });
  expect(headlineOf([], []).mark).toBe('unknown');
});

it('a chart is marked with causes, not with what they explain nor with single miners', () => {
  const window = { target_id: 'QATAR-C44', starts_at: '2026-11-26T09:00:00Z', ends_at: '2026-11-26T11:00:00Z' };
  const alerts = [alert({}), alert({ suppressed_by: 1 }), alert({ target_type: 'miner' })];
  expect(marksOf(alerts, [window as MaintenanceWindow], 'QATAR-001').map(({ mark, label }) => [mark, label])).toEqual([
    ['maint', 'C44'],
    ['critical', 'C14'],
  ]);
});

const PROJECT = {
  ...{ name: 'Qatar', status: 'active', location: 'Qatar', time_zone: 'Asia/Qatar', planned_start: null },
  ...{ target_hashrate_eh: 8.45, target_power_mw: 102.37 },
} as Project;
const DRAFT = draftOf(PROJECT);

it('only what differs is sent, numbers as numbers and emptied fields as nothing', () => {
  const draft = { ...DRAFT, name: ' Doha ', target_power_mw: '100,5', location: '' };
  expect(changeOf(draft, PROJECT)).toEqual({ name: 'Doha', target_power_mw: 100.5, location: null });
  expect(changeOf(DRAFT, PROJECT)).toEqual({});
});

it.each([
  ['name', '', 'required'],
  ['target_power_mw', 'much', 'number'],
  ['target_power_mw', '', null],
  ['location', '', null],
] as const)('%s of "%s": %s', (field, text, fault) => {
  expect(faultOf(field, text)).toBe(fault);
});

it('what only one of two people changed is kept, and of what both changed one chooses', () => {
  const draft = { ...DRAFT, name: 'Mine', location: 'Doha', planned_start: 'Q1' };
  const theirs = { ...PROJECT, name: 'Theirs', planned_start: 'Q1', target_power_mw: 99 } as Project;
  expect(conflictsOf(draft, DRAFT, draftOf(theirs))).toEqual(['name']);
  const taken = rebased(draft, DRAFT, draftOf(theirs), []);
  expect(changeOf(taken, theirs)).toEqual({ location: 'Doha' });
  expect(taken.target_power_mw).toBe('99');
  expect(changeOf(rebased(draft, DRAFT, draftOf(theirs), ['name']), theirs)).toEqual({
    name: 'Mine',
    location: 'Doha',
  });
});

it('a change is told field by field, what is long cut short', () => {
  expect(changesOf({ before: { power: 100 }, after: { power: 101, opened: [], note: 'x'.repeat(100) } })).toEqual([
    { name: 'power', before: '100', after: '101' },
    { name: 'note', before: null, after: `${'x'.repeat(79)}…` },
  ]);
});

it('a bucket that still fills up is left out while fewer tell in it', () => {
  const answer = (reporting: number, to: string) =>
    ({
      time: ['2026-11-26T10:00:00Z', '2026-11-26T10:05:00Z'],
      to,
      coverage: [
        { reporting: 58, expected: 58 },
        { reporting, expected: 58 },
      ],
      series: [{ values: [8.4, 1.2] }],
    }) as unknown as Series;
  const at = '2026-11-26T10:06:00Z';
  expect(settled(answer(13, at)).series[0]?.values).toEqual([8.4]);
  expect(settled(answer(58, at)).series[0]?.values).toEqual([8.4, 1.2]);
  expect(settled(answer(13, '2026-11-26T10:10:00Z')).time).toHaveLength(2);
});

it('arrow keys go along the order, and up and down by where tiles stand', () => {
  // Two lines of three, then a line of two that stand further right.
  const places = [0, 100, 200, 0, 100, 200, 110, 210].map((left, i) => ({ left, top: Math.floor(i / 3) * 50 }));
  expect(neighbour(places, 1, 'ArrowDown')).toBe(4);
  expect(neighbour(places, 5, 'ArrowDown')).toBe(7);
  expect(neighbour(places, 6, 'ArrowUp')).toBe(4);
  expect(neighbour(places, 6, 'ArrowDown')).toBe(6);
  expect(neighbour(places, 2, 'ArrowRight')).toBe(3);
  expect([neighbour(places, 0, 'ArrowLeft'), neighbour(places, 3, 'Home'), neighbour(places, 3, 'End')]).toEqual([
    0, 0, 7,
  ]);
});

it.each([
  ['QATAR-C12', 'C12'],
  ['QATAR-001', 'QATAR-001'],
  ['other', 'other'],
])('%s is called %s', (id, name) => {
  expect(shortId(id, 'QATAR-001')).toBe(name);
});

it.each([
  ['c12', { container_id: 'QATAR-C12' }],
  ['C12-m034', { q: 'QATAR-C12-M034' }],
  ['127.0.0.1', { q: '127.0.0.1' }],
  ['c0ffee', { q: 'c0ffee' }],
  ['1', {}],
])('%s asks for %o', (text, asked) => {
  expect(minersAsked(text, 'QATAR-001')).toEqual(asked);
});

it('a viewer sees the containers alone, an operator no configuration', () => {
  expect(tabsFor({ inside: false, work: false })).toEqual(['containers']);
  expect(tabsFor({ inside: true, work: false })).not.toContain('configuration');
  expect(tabsFor({ inside: true, work: true })).toContain('configuration');
});
