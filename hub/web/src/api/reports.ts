import type { Report, ReportFigures } from '@hearst/hub/http/schemas/reports.ts';
import { queryOptions } from '@tanstack/react-query';
import { type Asking, ask } from './http.ts';

export type { Report, ReportFigures };

export type PeriodKind = Report['period'];

/** Which report: a day `2026-11-25` or a month `2026-11` of the project's time zone. */
export interface ReportAsked {
  readonly projectId: string;
  readonly period: PeriodKind;
  readonly date: string;
}

export const reportPath = ({ projectId, period }: ReportAsked): string => `/api/reports/${projectId}/${period}`;

export const reportAsking = ({ period, date }: ReportAsked): NonNullable<Asking['query']> =>
  period === 'daily' ? { date } : { month: date };

/** What was before stays while another period of the same project is asked for. */
export const reportQuery = (of: ReportAsked) =>
  queryOptions({
    queryKey: ['report', of],
    queryFn: ({ signal }) => ask<Report>(reportPath(of), { query: reportAsking(of), signal }),
    staleTime: 60_000,
    // Of a period that still runs there is more in five minutes.
    refetchInterval: ({ state }) => (state.data?.complete === false ? 300_000 : false),
    placeholderData: (before) => (before?.project_id === of.projectId ? before : undefined),
  });
