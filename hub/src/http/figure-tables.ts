import type { Context } from 'hono';
import { columnName } from '../series/metrics.ts';
import type { Signed } from './access.ts';
import { type AnsweredSeries, presentSeriesTable } from './present/series.ts';
import { GlobalSnapshot, Snapshot } from './schemas/figures.ts';
import { SeriesRow } from './schemas/series.ts';
import { answerTable } from './tables/answer.ts';
import type { TableWanted } from './tables/format.ts';
import { tableOf } from './tables/list.ts';

/** Figures as files. The local times in them are of the scope's time zone. */

/** A snapshot as a table of one row. */
export function answerSnapshot(
  c: Context<Signed>,
  snapshot: GlobalSnapshot | Snapshot,
  timeZone: string,
  now: number,
  wanted: TableWanted,
): Promise<Response> {
  const { scope_id: id } = snapshot;
  const list = columns('figures', id, timeZone, now);
  return snapshot.scope === 'global'
    ? answerTable(c, tableOf(c, { ...list, schema: GlobalSnapshot, rows: [{ ...snapshot, project_id: id }] }), wanted)
    : answerTable(c, tableOf(c, { ...list, schema: Snapshot, rows: [{ ...snapshot, project_id: id }] }), wanted);
}

/** Series as a table of one row per bucket and one column per series. */
export function answerSeries(
  c: Context<Signed>,
  series: AnsweredSeries,
  now: number,
  wanted: TableWanted,
): Promise<Response> {
  const { scope_id: id, from, to, step, tz, rows } = presentSeriesTable(series);
  const names = series.columns.map(columnName);
  const table = tableOf(c, {
    ...columns('metrics', id, tz, now),
    schema: SeriesRow,
    fields: [...names, 'reporting', 'expected'],
    rows: rows.map((row) => ({ ...row, project_id: id })),
    timeOf: ({ time_utc }) => time_utc,
  });
  const what = names.length === 1 ? names[0] : 'metrics';
  const name = [id, what, from.slice(0, 10), to.slice(0, 10), step].join('_');
  return answerTable(c, { ...table, name, facts: { ...table.facts, range: `${from} to ${to}`, step, tz } }, wanted);
}

function columns(what: string, id: string, timeZone: string, now: number) {
  return { what, of: id, zones: new Map([[id, timeZone]]), now };
}
