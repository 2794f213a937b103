import type { PeriodKind } from '../../api/reports.ts';
import { isDateOf } from './period.ts';

/** What stands in the address: yesterday of the first project where nothing does. */
export interface ReportsSearch {
  readonly project?: string;
  readonly period?: Exclude<PeriodKind, 'daily'>;
  readonly date?: string;
}

export function reportsSearch({ project, period, date }: Record<string, unknown>): ReportsSearch {
  const kind: PeriodKind = period === 'monthly' ? 'monthly' : 'daily';
  return {
    ...(typeof project === 'string' && project !== '' ? { project } : {}),
    ...(kind === 'monthly' ? { period: kind } : {}),
    ...(typeof date === 'string' && isDateOf(kind, date) ? { date } : {}),
  };
}
