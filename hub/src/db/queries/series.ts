import type { ClientBase } from 'pg';
import type { Buckets } from '../../series/buckets.ts';
import { type ColumnName, columnName, type SeriesColumn } from '../../series/metrics.ts';
import { type Span, STEP_S } from '../../series/steps.ts';
import type { MetricScope } from '../schema.ts';
import { seriesStatement } from './series-statement.ts';

/** What a series is the sum of: one project or container, or every project of the company. */
export interface SeriesMember {
  readonly projectId: string;
  /** The id of the project or container itself. */
  readonly scopeId: string;
  /** Whose days its rows of a day are. */
  readonly timeZone: string;
  /** Members it is expected to have where it has no row: a silent project must not be left out of the coverage. */
  readonly expected: number | null;
  /** Nothing was expected of it before; null where nothing is expected at all. */
  readonly since: Date | null;
}

/** One bucket. Its values stand under `columnName` of each column. */
export interface SeriesRow {
  /** Counted from 0. */
  readonly bucket: number;
  readonly reporting: number | null;
  readonly expected: number | null;
  /** The narrowest rows in it, seconds; null where there are none. */
  readonly width: number | null;
  readonly values: Partial<Record<ColumnName, number | null>>;
}

/** The company's members: every visible project but archived ones. Of those that are not active nothing is expected. */
export async function companyMembers(client: ClientBase): Promise<SeriesMember[]> {
  const { rows } = await client.query<SeriesMember>(
    `select p.project_id as "projectId", p.project_id as "scopeId", p.time_zone as "timeZone",
       case when p.status = 'active' then p.created_at end as since,
       case when p.status = 'active' then
         (select count(*) from containers c where c.project_id = p.project_id and c.status <> 'planned')::int end as expected
     from projects p where p.status <> 'archived' order by p.project_id`,
  );
  return rows;
}

/** The time zone whose days a project's are; null when there is no such project, or none that may be seen. */
export async function timeZoneOf(client: ClientBase, projectId: string): Promise<string | null> {
  const { rows } = await client.query<{ time_zone: string }>('select time_zone from projects where project_id = $1', [
    projectId,
  ]);
  return rows[0]?.time_zone ?? null;
}

/** The widths, in seconds, of which members have rows that touch the span. */
export async function storedWidths(
  client: ClientBase,
  scope: MetricScope,
  members: readonly SeriesMember[],
  span: Span,
): Promise<number[]> {
  const widths = Object.values(STEP_S);
  const { rows } = await client.query<{ width: number }>(
    `select width from unnest($1::int[], $2::timestamptz[]) w (width, begins) where exists (
       select from unnest($3::text[], $4::text[]) x (project_id, scope_id), lateral (
         select from metrics m where m.project_id = x.project_id and m.scope = $5 and m.scope_id = x.scope_id
           and m.resolution_s = w.width and m.timestamp > w.begins and m.timestamp < $6 limit 1) found)`,
    [
      widths,
      widths.map((width) => new Date(span.from - width * 1000)),
      members.map(({ projectId }) => projectId),
      members.map(({ scopeId }) => scopeId),
      scope,
      new Date(span.to),
    ],
  );
  return rows.map(({ width }) => width);
}

/** Every bucket in order, those without rows too. `widths` are those of rows to read, widest first. */
export async function seriesRows(
  client: ClientBase,
  scope: MetricScope,
  members: readonly SeriesMember[],
  { boundaries, timeZone, widths }: Pick<Buckets, 'boundaries' | 'timeZone' | 'widths'>,
  columns: readonly SeriesColumn[],
): Promise<SeriesRow[]> {
  const { rows } = await client.query<Omit<SeriesRow, 'values'> & { values: (number | null)[] }>(
    seriesStatement(widths, columns),
    [
      scope,
      members.map(({ projectId }) => projectId),
      members.map(({ scopeId }) => scopeId),
      members.map((member) => member.timeZone === timeZone),
      members.map(({ expected }) => expected),
      members.map(({ since }) => since?.toISOString() ?? null),
      boundaries.map((at) => new Date(at).toISOString()),
    ],
  );
  return rows.map(({ values, ...row }) => ({
    ...row,
    values: Object.fromEntries(columns.map((column, i) => [columnName(column), values[i] ?? null])),
  }));
}
