import type { ClientBase } from 'pg';
import { AMOUNTS, type Amount } from '../../series/quantities.ts';
import type { MetricScope } from '../schema.ts';
import { ofUtc } from './series-statement.ts';

/** A stretch of time of one scope, ms since 1970: `to` is outside. */
export interface Stretch {
  readonly scopeId: string;
  readonly from: number;
  readonly to: number;
}

/** What the rows of a stretch say of a level, and how many readings stand behind it. */
export interface Told {
  readonly sum: number | null;
  readonly count: number | null;
  readonly max: number | null;
}

/** What the rows of a stretch hold together; null is what none of them tells. */
export interface StretchRow {
  /** Of a container: whose it was. */
  readonly transformerId: string | null;
  readonly amounts: Readonly<Record<Amount, number | null>>;
  readonly hashrate: Told;
  readonly power: Told;
}

const DAY = 86_400;

/**
 * The rows of whole days, each stretch a day of the project's time zone, filled as series are (`series-statement.ts`):
 * the day's row, where there is none its hours, where those are missing what is narrower.
 *
 * @param widths of rows that tile the days, widest first, seconds
 * @returns one for each stretch, in order
 */
export function rowsOfDays(
  client: ClientBase,
  projectId: string,
  scope: MetricScope,
  days: readonly Stretch[],
  widths: readonly number[],
): Promise<StretchRow[]> {
  return rowsOf(client, projectId, scope, days, widths.map(within));
}

/**
 * The rows of stretches that begin and end at any moment: what hours and narrower rows lie inside, and of rows at its
 * ends the part that the stretch takes of them. An hour is taken apart only where nothing narrower is left of it.
 *
 * @returns one for each stretch, in order
 */
export function rowsOfStretches(
  client: ClientBase,
  projectId: string,
  scope: MetricScope,
  stretches: readonly Stretch[],
): Promise<StretchRow[]> {
  return rowsOf(client, projectId, scope, stretches, [
    within(3600),
    within(900),
    within(300),
    partOf(300),
    partOf(3600),
  ]);
}

/** How rows of one width are taken into a gap of a stretch, from `x.begins` to `x.ends`. */
interface Level {
  readonly width: number;
  readonly condition: string;
  /** How much of a row counts. */
  readonly share: string;
  /** What of the gap a row fills. */
  readonly filled: string;
}

function within(width: number): Level {
  const end = width === DAY ? 'x.ends' : `m.timestamp + interval '${width} s'`;
  const day = `m.timestamp = x.begins and (x.ends - x.begins = interval '24 hours' or not ${ofUtc('m.timestamp')})`;
  const condition = width === DAY ? day : `m.timestamp >= x.begins and ${end} <= x.ends`;
  return { width, condition, share: '1', filled: `tstzrange(m.timestamp, ${end})` };
}

function partOf(width: number): Level {
  const end = `m.timestamp + interval '${width} s'`;
  const [begins, ends] = ['greatest(m.timestamp, x.begins)', `least(${end}, x.ends)`];
  const narrower = `not exists (select from metrics n where n.project_id = $1 and n.scope = $2 and n.scope_id = x.scope_id
    and n.resolution_s in (300, 900) and n.timestamp >= m.timestamp and n.timestamp < ${end})`;
  return {
    width,
    condition: `m.timestamp > x.begins - interval '${width} s' and m.timestamp < x.ends${width > 900 ? ` and ${narrower}` : ''}`,
    share: `extract(epoch from ${ends} - ${begins})::float8 / ${width}`,
    filled: `tstzrange(${begins}, ${ends})`,
  };
}

const LEVELS = ['hashrate', 'power'] as const;
/** What a row tells of a level; one written with hashrate_eh and power_mw alone counts as one reading. */
const OF = {
  hashrate: { name: 'hashrate_ths', one: 'm.hashrate_eh * 1e6' },
  power: { name: 'power_kw', one: 'm.power_mw * 1e3' },
} as const;

function parts(share: string): { name: string; join: 'sum' | 'max'; of: string }[] {
  return [
    ...AMOUNTS.map((name) => ({ name: name as string, join: 'sum' as const, of: `m.${name} * ${share}` })),
    ...LEVELS.flatMap((level) => {
      const { name, one } = OF[level];
      const told = `m.${name}_count > 0`;
      return [
        { name: `${level}_sum`, join: 'sum' as const, of: `case when ${told} then m.${name}_sum else ${one} end` },
        {
          name: `${level}_count`,
          join: 'sum' as const,
          of: `case when ${told} then m.${name}_count::float8 else nullif(num_nonnulls(${one}), 0)::float8 end`,
        },
        { name: `${level}_max`, join: 'max' as const, of: `coalesce(m.${name}_max, ${one})` },
      ];
    }),
  ];
}

/** $1 is the project, $2 the scope, $3 to $5 the stretches column by column; days begin where stretches do. */
function statementOf(levels: readonly Level[]): string {
  const names = parts('1').map(({ name, join }) => `${join}(l.${name})`);
  return `
    with open_0 as (
      select n, scope_id, tstzmultirange(tstzrange(begins, ends)) as span
        from unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) with ordinality x (scope_id, begins, ends, n)
    ), ${levels.map(levelOf).join(', ')}
    select x.n, max(l.transformer_id) as transformer_id, array[${names.join(', ')}]::float8[] as values
      from open_0 x left join (${levels.map((_, i) => `select * from level_${i}`).join(' union all ')}) l on l.n = x.n
     group by x.n order by x.n`;
}

function levelOf({ width, condition, share, filled }: Level, i: number): string {
  return `
    level_${i} as (
      select x.n, m.* from (
        -- Ends of gaps are computed before the condition, where row security would not let the index use them.
        select o.n, o.scope_id, lower(gap) as begins, upper(gap) as ends
          from open_${i} o, unnest(o.span) gap offset 0
      ) x, lateral (
        select max(m.transformer_id) as transformer_id, ${parts(share)
          .map(({ name, join, of }) => `${join}(${of}) as ${name}`)
          .join(', ')}, range_agg(${filled}) as filled
          from metrics m where m.project_id = $1 and m.scope = $2 and m.scope_id = x.scope_id
           and m.resolution_s = ${width} and ${condition}
      ) m
    ), open_${i + 1} as (
      select o.n, o.scope_id, o.span - coalesce(range_agg(l.filled), '{}') as span
        from open_${i} o left join level_${i} l on l.n = o.n group by o.n, o.scope_id, o.span
    )`;
}

async function rowsOf(
  client: ClientBase,
  projectId: string,
  scope: MetricScope,
  stretches: readonly Stretch[],
  levels: readonly Level[],
): Promise<StretchRow[]> {
  if (stretches.length === 0) return [];
  const { rows } = await client.query<{ transformer_id: string | null; values: (number | null)[] }>(
    statementOf(levels),
    [
      projectId,
      scope,
      stretches.map(({ scopeId }) => scopeId),
      stretches.map(({ from }) => new Date(from).toISOString()),
      stretches.map(({ to }) => new Date(to).toISOString()),
    ],
  );
  return rows.map(({ transformer_id, values }) => {
    const told = (i: number): Told => {
      const [sum = null, count = null, max = null] = values.slice(AMOUNTS.length + 3 * i);
      return { sum, count, max };
    };
    return {
      transformerId: transformer_id,
      amounts: Object.fromEntries(AMOUNTS.map((name, i) => [name, values[i] ?? null])) as Record<Amount, number | null>,
      hashrate: told(0),
      power: told(1),
    };
  });
}
