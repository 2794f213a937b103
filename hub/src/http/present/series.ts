import type { SeriesRow as Row } from '../../db/queries/series.ts';
import type { SeriesRead } from '../../operations/series.ts';
import { columnName, SERIES_UNITS, type SeriesColumn, type SeriesScope } from '../../series/metrics.ts';
import type { Span } from '../../series/steps.ts';
import { WallClock } from '../../wall-clock.ts';
import { tidy } from '../present.ts';
import type { Series, SeriesRow, SeriesTable, Warning } from '../schemas/series.ts';

/** Series as they were asked for and read. */
export interface AnsweredSeries {
  readonly scope: SeriesScope;
  readonly scopeId: string;
  /** What every series of it is of: project_id and so on. */
  readonly labels: Readonly<Record<string, string>>;
  readonly span: Span;
  readonly columns: readonly SeriesColumn[];
  readonly read: SeriesRead;
  readonly warnings: readonly Warning[];
}

/** Series column by column, for charts. */
export function presentSeries(series: AnsweredSeries): Series {
  const { columns, labels, read } = series;
  return {
    ...headOf(series),
    time: read.rows.map((_, i) => timeOf(series, i)),
    series: columns.map((column) => ({
      metric: column.metric,
      unit: SERIES_UNITS[column.metric],
      agg: column.agg,
      labels: { ...labels },
      values: read.rows.map((row) => told(row, column)),
    })),
    coverage: read.rows.map((row) => {
      const { reporting, expected } = row ?? { reporting: null, expected: null };
      return reporting === null || expected === null ? null : { reporting, expected };
    }),
    warnings: [...series.warnings],
  };
}

/** Series row by row, for tools that read tables. */
export function presentSeriesTable(series: AnsweredSeries): SeriesTable {
  const clock = new WallClock();
  const { boundaries, timeZone } = series.read.buckets;
  const rows = series.read.rows.map((row, i): SeriesRow => {
    const local = clock.read(new Date(boundaries[i] ?? 0), timeZone);
    const values = Object.fromEntries(series.columns.map((column) => [columnName(column), told(row, column)]));
    return {
      time_utc: timeOf(series, i),
      time_local: local.toISOString().slice(0, 19).replace('T', ' '),
      ...values,
      reporting: row?.reporting ?? null,
      expected: row?.expected ?? null,
    };
  });
  return { ...headOf(series), rows, warnings: [...series.warnings] };
}

function headOf({ scope, scopeId, span, read }: AnsweredSeries) {
  return {
    scope,
    scope_id: scopeId,
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    step: read.buckets.step,
    tz: read.buckets.timeZone,
    resolution_source: read.source,
  };
}

function timeOf({ read }: AnsweredSeries, bucket: number): string {
  return new Date(read.buckets.boundaries[bucket] ?? 0).toISOString();
}

function told(row: Row | null, column: SeriesColumn): number | null {
  return tidy(row?.values[columnName(column)] ?? null);
}
