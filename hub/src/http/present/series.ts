import type { SeriesRow as Row } from '../../db/queries/series.ts';
import type { SeriesRead, SeriesSet } from '../../operations/series.ts';
import { tidy } from '../../rounding.ts';
import { columnName, kindOf, type SeriesColumn, type SeriesScope, unitOf } from '../../series/metrics.ts';
import type { Span } from '../../series/steps.ts';
import { WallClock } from '../../wall-clock.ts';
import type { LABEL_NAMES, Series, SeriesRow, SeriesTable, Warning } from '../schemas/series.ts';

type Label = (typeof LABEL_NAMES)[number];

/** Series as they were asked for and read. */
export interface AnsweredSeries {
  readonly scope: SeriesScope;
  readonly scopeId: string;
  readonly span: Span;
  readonly columns: readonly SeriesColumn[];
  /** The labels that tell one set of series from the others. */
  readonly told: readonly Label[];
  readonly read: SeriesRead;
  readonly warnings: readonly Warning[];
}

type Coverage = { reporting: number; expected: number } | null;

/** Series column by column, for charts. */
export function presentSeries(series: AnsweredSeries): Series {
  const { columns, read, told } = series;
  const { compared } = read;
  const sets = [...read.sets, ...(compared?.sets ?? [])];
  return {
    ...headOf(series),
    time: timesOf(read.buckets.boundaries),
    ...(compared && { time_compared: timesOf(compared.buckets.boundaries) }),
    series: sets.flatMap(({ labels, rows }) =>
      columns.map((column, i) => ({
        metric: column.metric,
        unit: unitOf(column.metric),
        agg: column.agg,
        labels: { ...labels },
        values: rows.map((row) => toldOf(row, column, i)),
      })),
    ),
    coverage: coverageOfAll(read),
    ...(told.length > 0 && {
      groups: sets.map(({ labels, rows }) => ({ labels: { ...labels }, coverage: rows.map(coverageOf) })),
    }),
    warnings: [...series.warnings],
  };
}

/** Series row by row, for tools that read tables. */
export function presentSeriesTable(series: AnsweredSeries): SeriesTable {
  return { ...headOf(series), rows: [...presentSeriesRows(series)], warnings: [...series.warnings] };
}

/** One row for each bucket of each set: by time, then by set. */
export function* presentSeriesRows({ columns, read, told }: AnsweredSeries): Generator<SeriesRow> {
  const clock = new WallClock();
  const { boundaries, timeZone } = read.buckets;
  const { compared } = read;
  const earlier = compared === null ? [] : timesOf(compared.buckets.boundaries);
  const names = columns.map(columnName);
  const rowOf = (bucket: number, time_utc: string, time_local: string, { labels, rows }: SeriesSet): SeriesRow => {
    const row = rows[bucket] ?? null;
    const ofCompared = 'compare' in labels;
    return {
      time_utc,
      time_local,
      ...Object.fromEntries(told.map((name) => [name, labels[name] ?? null])),
      ...(compared && { time_compared_utc: ofCompared ? (earlier[bucket] ?? null) : null }),
      ...Object.fromEntries(columns.map((column, i) => [names[i], toldOf(row, column, i)])),
      reporting: row?.reporting ?? null,
      expected: row?.expected ?? null,
    };
  };
  const sets = [...read.sets, ...(compared?.sets ?? [])];
  for (const [bucket, time] of timesOf(boundaries).entries()) {
    const local = clock
      .read(new Date(boundaries[bucket] ?? 0), timeZone)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ');
    for (const set of sets) yield rowOf(bucket, time, local, set);
  }
}

/** How many members reported in each bucket, over all sets; null where nothing says. */
export function coverageOfAll({ sets, buckets }: SeriesRead): Coverage[] {
  return timesOf(buckets.boundaries).map((_, bucket) => {
    const told = sets.map(({ rows }) => coverageOf(rows[bucket] ?? null)).filter((one) => one !== null);
    if (told.length === 0) return null;
    const sum = (of: (one: NonNullable<Coverage>) => number) => told.reduce((all, one) => all + of(one), 0);
    return { reporting: sum(({ reporting }) => reporting), expected: sum(({ expected }) => expected) };
  });
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

/** When each bucket begins. */
function timesOf(boundaries: readonly number[]): string[] {
  return boundaries.slice(0, -1).map((at) => new Date(at).toISOString());
}

function coverageOf(row: Row | null): Coverage {
  const { reporting = null, expected = null } = row ?? {};
  return reporting === null || expected === null ? null : { reporting, expected };
}

/** Shares to a millionth, everything else to a thousandth of its unit. */
function toldOf(row: Row | null, { metric }: SeriesColumn, column: number): number | null {
  const value = row?.values[column] ?? null;
  if (value === null) return null;
  return kindOf(metric) === 'ratio' && unitOf(metric) === '1' ? Math.round(value * 1e6) / 1e6 : tidy(value);
}
