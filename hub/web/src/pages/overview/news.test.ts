import { expect, it } from 'vitest';
import type { ActivityEntry } from '../../api/activity.ts';
import type { Alert } from '../../api/alerts.ts';
import { newsSince } from './news.ts';
import { readVisits, visited } from './visit.ts';

const MINUTE = 60_000;
const SINCE = Date.parse('2026-11-26T06:00:00Z');
const at = (minutes: number): string => new Date(SINCE + minutes * MINUTE).toISOString();
let next = 1;
const alert = (began: number, ended: number | null, given: Partial<Alert> = {}): Alert =>
  ({
    ...{ id: next++, project_id: 'QATAR-001', rule_id: 'pump_stopped', suppressed_by: null, severity: 'critical' },
    ...{ timestamp: at(began), resolved_at: ended === null ? null : at(ended) },
    ...given,
  }) as Alert;
const kinds = (alerts: readonly Alert[], log: readonly ActivityEntry[] = []) =>
  newsSince(SINCE, alerts, log).map((news) => [news.kind, news.at]);

it('what began and what ended is told once, the newest first; what was before is not', () => {
  const both = alert(5, 20);
  const alerts = [alert(10, null), both, both, alert(-60, 30), alert(-60, -30), alert(-60, null)];
  expect(kinds(alerts)).toEqual([
    ['over', at(30)],
    ['over', at(20)],
    ['begun', at(10)],
  ]);
});

it('what another alert explains is not told', () => {
  expect(kinds([alert(10, null, { suppressed_by: 3 })])).toEqual([]);
});

it('many alike are told as one, at the newest of them', () => {
  const news = newsSince(
    SINCE,
    [1, 2, 3, 4].map((minute) => alert(minute, null)),
    [],
  );
  expect(news.map(({ at: when, ...rest }) => [when, 'alerts' in rest ? rest.alerts.length : 0])).toEqual([[at(4), 4]]);
  expect(kinds([1, 2, 3].map((minute) => alert(minute, null)))).toHaveLength(3);
});

it('projects, containers, agents and maintenance are told from the log, and nothing else', () => {
  const entry = (action: string, after: object, target_id = 'T') =>
    ({ action, after, target_id, project_id: 'QATAR-001', at: at(1), actor_name: 'Ines' }) as unknown as ActivityEntry;
  const log = [
    entry('project.create', { name: 'Oman' }, 'OMAN-001'),
    entry('container.create', { created: 12 }),
    entry('agent.enrol', { name: 'Doha' }),
    entry('maintenance_window.create', { target_id: 'QATAR-C44', ends_at: at(600) }),
    entry('session.start', {}),
  ];
  expect(newsSince(SINCE, [], log)).toMatchObject([
    { kind: 'project', projectId: 'OMAN-001', name: 'Oman', actor: 'Ines' },
    { kind: 'containers', count: 12 },
    { kind: 'agent', name: 'Doha' },
    { kind: 'maintenance', target: 'QATAR-C44', until: at(600) },
  ]);
});

it('a visit after more than half an hour is a new one, one sooner goes on, and the first tells nothing', () => {
  expect(visited(null, SINCE)).toEqual({ seenAt: SINCE, since: null });
  const kept = { seenAt: SINCE, since: 7 };
  expect(visited(kept, SINCE + 31 * MINUTE)).toEqual({ seenAt: SINCE + 31 * MINUTE, since: SINCE });
  expect(visited(kept, SINCE + 29 * MINUTE).since).toBe(7);
});

it.each([null, '', '{}', '[1]', 'null', '{"seenAt":"x"}', `{"seenAt":${SINCE + 1}}`])(
  'of %s nothing is known of a visit',
  (text) => {
    expect(readVisits(text, SINCE)).toBeNull();
  },
);

it('what was kept is read again', () => {
  expect(readVisits('{"seenAt":9,"since":null}', SINCE)).toEqual({ seenAt: 9, since: null });
});
