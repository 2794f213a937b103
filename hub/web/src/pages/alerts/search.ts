/** The saved views of the inbox. */
export const VIEWS = ['open', 'critical', 'mine', 'day', 'resolved'] as const;
export type View = (typeof VIEWS)[number];

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
type Severity = (typeof SEVERITIES)[number];

/** What stands in the address; all open alerts where nothing does. */
export interface AlertsSearch {
  readonly view?: View;
  readonly severity?: Severity;
  readonly project?: string;
  readonly q?: string;
  /** The alert whose detail is open. */
  readonly alert?: number;
  /** Whether the quality of alerting is shown. */
  readonly quality?: true;
}

/** What is changed of it; undefined takes something away. */
export type AlertsChange = { readonly [Name in keyof AlertsSearch]?: AlertsSearch[Name] | undefined };

export function alertsSearch(search: Record<string, unknown>): AlertsSearch {
  const { severity, project, q, alert, quality } = search;
  // `status` is how other pages and people's links say it.
  const view = search.view ?? (search.status === 'resolved' ? 'resolved' : undefined);
  return {
    ...(isOneOf(VIEWS, view) && view !== 'open' ? { view } : {}),
    ...(isOneOf(SEVERITIES, severity) ? { severity } : {}),
    ...(typeof project === 'string' && project !== '' ? { project } : {}),
    ...(typeof q === 'string' && q.trim() !== '' ? { q } : {}),
    ...(Number.isSafeInteger(alert) && (alert as number) > 0 ? { alert: alert as number } : {}),
    ...(quality === true ? { quality } : {}),
  };
}

function isOneOf<Value extends string>(values: readonly Value[], value: unknown): value is Value {
  return values.some((known) => known === value);
}
