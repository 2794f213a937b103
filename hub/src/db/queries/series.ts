import type { ClientBase } from 'pg';
import type { Buckets } from '../../series/buckets.ts';
import type { SeriesColumn } from '../../series/metrics.ts';
import { type Span, STEP_S } from '../../series/steps.ts';
import type { SeriesMember } from './series-members.ts';
import { seriesStatement } from './series-statement.ts';
import { rowsFor } from './statements.ts';

/** One bucket of one group. */
export interface SeriesRow {
  readonly group: number;
  /** Counted from 0. */
  readonly bucket: number;
  readonly reporting: number | null;
  readonly expected: number | null;
  /** The narrowest rows in it, seconds; null where there are none. */
  readonly width: number | null;
  /** How much of its energy is the integral of power, kWh; null where no energy was asked for. */
  readonly integratedKwh: number | null;
  /** Whether frames were added to any of the rows that buckets may be of after the raw ones were gone. */
  readonly late: boolean;
  /** One for each column. */
  readonly values: readonly (number | null)[];
}

/** The widths, in seconds, of which members have rows that touch the span. */
export async function storedWidths(
  client: ClientBase,
  members: readonly SeriesMember[],
  span: Span,
): Promise<number[]> {
  const widths = Object.values(STEP_S);
  const rows = await rowsFor<{ width: number }>(
    client,
    `select width from unnest($1::int[], $2::timestamptz[]) w (width, begins) where exists (
       select from unnest($3::text[], $4::text[], $5::text[]) x (project_id, scope, scope_id), lateral (
         select from metrics m where m.project_id = x.project_id and m.scope = x.scope and m.scope_id = x.scope_id
           and m.resolution_s = w.width and m.timestamp > w.begins and m.timestamp < $6 limit 1) found)`,
    [
      widths,
      widths.map((width) => new Date(span.from - width * 1000)),
      members.map(({ projectId }) => projectId),
      members.map(({ scope }) => scope),
      members.map(({ scopeId }) => scopeId),
      new Date(span.to),
    ],
  );
  return rows.map(({ width }) => width);
}

type Answered = [number, number, number, number | null, number | null, number | null, boolean, ...(number | null)[]];

/**
 * Every bucket for which a group has rows.
 *
 * @param groups each the members of one series
 * @param buckets `widths` are those of rows to read, widest first
 */
export async function seriesRows(
  client: ClientBase,
  groups: readonly (readonly SeriesMember[])[],
  { boundaries, timeZone, step, widths }: Buckets,
  columns: readonly SeriesColumn[],
): Promise<SeriesRow[]> {
  const members = groups.flatMap((group, number) => group.map((member) => ({ ...member, number })));
  const ofTransformers = members.some(({ transformerId }) => transformerId !== undefined);
  const scopes = new Set(members.map(({ scope }) => scope));
  const scope = scopes.size === 1 ? (members[0]?.scope ?? null) : null;
  const missable = groups.some((group) => group.length > 1 && group.some(({ expected }) => expected !== null));
  // The planner takes the rows of many members for few, and would sort them on disk before it adds them up.
  if (members.length > 1) await client.query("set local enable_sort = off; set local work_mem = '16MB'");
  const { rows } = await client.query<Answered>({
    text: seriesStatement({ stepS: STEP_S[step], widths, columns, missable, scope, ofTransformers }),
    values: [
      members.map(({ projectId }) => projectId),
      members.map(({ scope }) => scope),
      members.map(({ scopeId }) => scopeId),
      members.map((member) => member.timeZone === timeZone),
      members.map(({ expected }) => expected),
      members.map(({ since }) => since?.toISOString() ?? null),
      members.map(({ number }) => number),
      // A row without a transformer is told from one that may have any.
      members.map(({ transformerId }) => (transformerId === undefined ? null : (transformerId ?? ''))),
      boundaries.map((at) => new Date(at).toISOString()),
    ],
    rowMode: 'array',
  });
  return rows.map(([group, bucket, width, reporting, expected, integratedKwh, late, ...values]) => ({
    group,
    bucket,
    width,
    reporting,
    expected,
    integratedKwh,
    late,
    values,
  }));
}
