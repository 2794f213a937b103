import type { Alert } from '../../api/alerts.ts';
import type { ChartMark } from '../../charts/model.ts';

const MINUTE = 60_000;
const BEFORE_MS = 120 * MINUTE;
/** Of one that is over, how it went on. */
const AFTER_MS = 30 * MINUTE;

type Lived = Pick<Alert, 'first_seen_at' | 'acknowledged_at' | 'resolved_at' | 'severity'>;

/** From two hours before an alert began until now, or a while after its end; whole minutes, so that it is asked once for each. */
export function spanAround({ first_seen_at: began, resolved_at: ended }: Lived, now: number) {
  const to = ended === null ? now : Math.min(now, Date.parse(ended) + AFTER_MS);
  const minute = (at: number): string => new Date(Math.floor(at / MINUTE) * MINUTE).toISOString();
  return { from: minute(Date.parse(began) - BEFORE_MS), to: minute(Math.max(to, Date.parse(began) + MINUTE)) };
}

/** What happened to it, as a chart is marked with it. */
export function marksOf(
  { first_seen_at: began, acknowledged_at: taken, resolved_at: ended, severity }: Lived,
  label: (what: 'began' | 'acknowledged' | 'resolved') => string,
): readonly ChartMark[] {
  return [
    { mark: severity, label: label('began'), at: Date.parse(began) },
    ...(taken === null ? [] : [{ mark: 'info' as const, label: label('acknowledged'), at: Date.parse(taken) }]),
    ...(ended === null ? [] : [{ mark: 'normal' as const, label: label('resolved'), at: Date.parse(ended) }]),
  ];
}
