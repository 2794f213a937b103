import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { columnName, type SeriesColumn } from '../series/metrics.ts';
import type { Signed } from './access.ts';
import { type AnsweredSeries, coverageOfAll, presentSeriesRows } from './present/series.ts';
import { GlobalSnapshot, Snapshot, TransformerSnapshot } from './schemas/figures.ts';
import { SeriesRow } from './schemas/series.ts';
import { answerTable } from './tables/answer.ts';
import { columnsOf } from './tables/columns.ts';
import type { TableWanted } from './tables/format.ts';
import { factsOf, tableOf } from './tables/list.ts';

/** Figures as files. The local times in them are of the scope's time zone. */

export type AnySnapshot = GlobalSnapshot | TransformerSnapshot | Snapshot;

const SNAPSHOTS: Readonly<Record<AnySnapshot['scope'], z.ZodObject>> = {
  global: GlobalSnapshot,
  transformer: TransformerSnapshot,
  project: Snapshot,
  container: Snapshot,
};

/** A snapshot as a table of one row. */
export function answerSnapshot(
  c: Context<Signed>,
  snapshot: AnySnapshot,
  timeZone: string,
  now: number,
  wanted: TableWanted,
): Promise<Response> {
  const { scope_id: id } = snapshot;
  const list = { what: 'figures', of: id, zones: new Map([[id, timeZone]]), now };
  const table = (schema: z.ZodObject) => tableOf(c, { ...list, schema, rows: [{ ...snapshot, project_id: id }] });
  return answerTable(c, table(SNAPSHOTS[snapshot.scope]), wanted);
}

/** Series as a table of one row per bucket and group, and one column per metric and aggregate. */
export function answerSeries(
  c: Context<Signed>,
  series: AnsweredSeries,
  filters: Readonly<Record<string, string>>,
  now: number,
  wanted: TableWanted,
): Promise<Response> {
  const { scopeId, columns, span, told, read, warnings } = series;
  const { step, timeZone } = read.buckets;
  const [from, to] = [new Date(span.from).toISOString(), new Date(span.to).toISOString()];
  const shown: string[] = [...told, ...columns.map(columnName), 'reporting', 'expected'];
  if (read.compared !== null) shown.push('time_compared_utc');
  const left = (Object.keys(SeriesRow.shape) as (keyof SeriesRow)[]).filter((key) => !shown.includes(key));
  const table = {
    name: [scopeId, whatOf(columns), from.slice(0, 10), to.slice(0, 10), step].join('_'),
    title: `${scopeId} metrics`,
    columns: columnsOf(SeriesRow, { omit: left }),
    rows: presentSeriesRows(series),
    timeOf: (row: SeriesRow) => ({ at: new Date(row.time_utc), timeZone }),
    facts: {
      ...factsOf(c, now),
      range: `${from} to ${to}`,
      step,
      tz: timeZone,
      ...filters,
      coverage: coverageText(series),
      ...Object.fromEntries(warnings.map(({ code, message }) => [code, message])),
    },
  };
  return answerTable(c, table, wanted);
}

/** What stands in a file's name: the quantity without its unit, where there is but one. */
function whatOf(columns: readonly SeriesColumn[]): string {
  const [metric, ...others] = new Set(columns.map((column) => column.metric));
  if (metric === undefined || others.length > 0) return 'metrics';
  return metric.replace(/_(ths|kw|j_per_th|c|m3h|bar|pct|kwh|eh|ratio)$/, '');
}

/** Over all buckets, in one line. */
function coverageText({ read }: AnsweredSeries): string {
  const told = coverageOfAll(read).filter((one) => one !== null);
  const sum = (of: (one: (typeof told)[number]) => number) => told.reduce((all, one) => all + of(one), 0);
  const expected = sum((one) => one.expected);
  if (expected === 0) return 'unknown';
  const share = ((100 * sum((one) => one.reporting)) / expected).toFixed(1);
  return `${share} % of the members expected reported, over ${told.length} of ${read.buckets.boundaries.length - 1} buckets`;
}
