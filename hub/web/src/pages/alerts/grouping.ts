import type { Alert } from '../../api/alerts.ts';

/** Under which heading an alert stands. */
export type Heading = Alert['severity'] | 'resolved' | 'explained';

export interface Group {
  readonly heading: Heading;
  readonly alerts: readonly Alert[];
}

const ORDER: readonly Heading[] = ['critical', 'warning', 'info', 'resolved', 'explained'];

/**
 * Alerts under their headings, in the order they came within each. One that another explains is told by its cause, not
 * here; only where somebody searches, and the cause is not among what was found, does it stand at the end.
 */
export function grouped(alerts: readonly Alert[], isSearch: boolean): Group[] {
  const listed = new Set(alerts.map(({ id }) => id));
  const by = new Map<Heading, Alert[]>();
  for (const alert of alerts) {
    const heading = headingOf(alert, listed, isSearch);
    if (heading === null) continue;
    const group = by.get(heading);
    if (group === undefined) by.set(heading, [alert]);
    else group.push(alert);
  }
  return ORDER.flatMap((heading) => {
    const group = by.get(heading);
    return group === undefined ? [] : [{ heading, alerts: group }];
  });
}

function headingOf(alert: Alert, listed: ReadonlySet<number>, isSearch: boolean): Heading | null {
  if (alert.suppressed_by !== null) return isSearch && !listed.has(alert.suppressed_by) ? 'explained' : null;
  return alert.status === 'resolved' ? 'resolved' : alert.severity;
}

/** The one so many places on; at the ends it stays. The first where none is chosen. */
export function stepped<Item extends { readonly id: number }>(
  items: readonly Item[],
  from: number | undefined,
  by: number,
): Item | undefined {
  const at = items.findIndex(({ id }) => id === from);
  if (at < 0) return items[0];
  return items[Math.max(0, Math.min(items.length - 1, at + by))];
}
