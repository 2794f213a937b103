import type { Context } from 'hono';
import type { Signed } from './access.ts';
import { type AnsweredMinerSeries, presentMinerTable } from './present/miner-series.ts';
import { MinerSeriesRow, MinerSnapshot, minerColumnName } from './schemas/miner-series.ts';
import { answerTable } from './tables/answer.ts';
import type { TableWanted } from './tables/format.ts';
import { tableOf } from './tables/list.ts';

/** Figures of a miner as files. */

/** A snapshot as a table of one row. */
export function answerMinerSnapshot(
  c: Context<Signed>,
  snapshot: MinerSnapshot & { readonly project_id: string },
  timeZone: string,
  now: number,
  wanted: TableWanted,
): Promise<Response> {
  const zones = new Map([[snapshot.project_id, timeZone]]);
  const list = { what: 'figures', of: snapshot.scope_id, schema: MinerSnapshot, zones, now };
  return answerTable(c, tableOf(c, { ...list, rows: [snapshot] }), wanted);
}

/** Series as a table of one row per bucket (and board) and one column per series. */
export function answerMinerSeries(
  c: Context<Signed>,
  series: AnsweredMinerSeries,
  now: number,
  wanted: TableWanted,
): Promise<Response> {
  const { scope_id: id, from, to, step, tz, rows } = presentMinerTable(series);
  const { project_id } = series.miner;
  const names = [...new Set(series.read.series.map(({ column }) => minerColumnName(column)))];
  const byBoard = series.read.series.some(({ board }) => board !== null);
  const table = tableOf(c, {
    ...{ what: 'metrics', of: id, zones: new Map([[project_id, tz]]), now },
    schema: MinerSeriesRow,
    fields: [...(byBoard ? ['board'] : []), ...names, 'status', 'reporting', 'expected'],
    rows: rows.map((row) => ({ ...row, project_id })),
    timeOf: ({ time_utc }) => time_utc,
  });
  const what = names.length === 1 ? names[0] : 'metrics';
  const name = [id, what, from.slice(0, 10), to.slice(0, 10), step].join('_');
  return answerTable(c, { ...table, name, facts: { ...table.facts, range: `${from} to ${to}`, step, tz } }, wanted);
}
