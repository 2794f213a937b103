import { ALERT_EVENT_KINDS } from '@hearst/hub/alerts/evaluate/plan.ts';
import { expect, it } from 'vitest';
import type { AlertEvent } from '../../api/alerts.ts';
import { en } from '../../i18n/en/index.ts';
import { wordsOf } from './timeline-words.ts';

const event = (given: Partial<AlertEvent>): AlertEvent => ({
  ...{ at: '2026-11-23T13:41:36.000Z', kind: 'opened', actor: 'system', note: null, data: {} },
  ...given,
});

it.each(ALERT_EVENT_KINDS)('%s has words', (kind) => {
  const { key } = wordsOf(event({ kind }), 'critical');
  expect(key).toBe(kind);
  expect(en.alerts.kind[key]).toBeTypeOf('string');
});

it.each([
  [event({ kind: 'resolved', actor: 'Ines' }), 'resolvedBy'],
  [event({ kind: 'silenced' }), 'silenced'],
  [event({ kind: 'silenced', actor: 'Ines' }), 'silencedBy'],
  [event({ kind: 'assigned', actor: 'Ines', data: { assignee: null } }), 'assignedNobody'],
  [event({ kind: 'assigned', actor: 'Ines', data: { assignee: 'Omar' } }), 'assigned'],
  [event({ kind: 'acknowledged', actor: 'Ines', data: { assignee: 'Ines' } }), 'acknowledged'],
  [event({ kind: 'acknowledged', actor: 'Ines', data: { assignee: 'Omar' } }), 'acknowledgedFor'],
  [event({ kind: 'unacknowledged', actor: 'Ines' }), 'unacknowledged'],
  [event({ kind: 'of_tomorrow' }), 'unknownKind'],
])('what people do is told as theirs: %o', (of, key) => {
  expect(wordsOf(of, 'critical').key).toBe(key);
});

it('an opening has the severity of then', () => {
  expect(wordsOf(event({ data: { severity: 'warning' } }), 'critical').mark).toBe('warning');
  expect(wordsOf(event({ kind: 'returned' }), 'critical').mark).toBe('critical');
  expect(wordsOf(event({ kind: 'resolved' }), 'critical').mark).toBe('normal');
  expect(wordsOf(event({ kind: 'note' }), 'critical').mark).toBeNull();
});
