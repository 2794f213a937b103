import type { Alert } from '../../api/alerts.ts';
import type { Mark } from '../../components/status-mark.tsx';
import { worstOf } from '../../components/status-word.ts';

/** Marks that a headline tells of. */
const TOLD = ['critical', 'offline', 'warning', 'stale', 'maint', 'unknown'] as const;
type ToldMark = (typeof TOLD)[number];

/** How a project is, as one sentence says it. */
export interface Headline {
  /** The worst of its containers. */
  readonly mark: Mark;
  readonly counts: readonly (readonly [mark: ToldMark, count: number])[];
  /** Since when something has been wrong, as far as open alerts tell. */
  readonly since: number | null;
}

export function headlineOf(
  marks: readonly Mark[],
  alerts: readonly Pick<Alert, 'target_type' | 'first_seen_at' | 'severity'>[],
): Headline {
  const mark = worstOf(marks);
  const counts = TOLD.map((each) => [each, marks.filter((other) => other === each).length] as const);
  const isBad = mark === 'critical' || mark === 'warning' || mark === 'offline';
  const begun = alerts
    .filter(({ target_type: target, severity }) => target === 'container' && severity !== 'info')
    .map(({ first_seen_at: at }) => Date.parse(at));
  return {
    mark,
    counts: counts.filter(([, count]) => count > 0),
    since: isBad && begun.length > 0 ? Math.min(...begun) : null,
  };
}
