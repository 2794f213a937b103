import type { SeriesColumn } from '../../series/metrics.ts';
import type { MetricScope } from '../schema.ts';
import { bucketValue, INTEGRATED, type Part, partsOf } from './series-values.ts';

/**
 * The statement that makes series out of the rows of `metrics`. In each row `sum / count` of a quantity is its average
 * over the bucket, of the scope as a whole (a project's hashrate, not that of one of its containers).
 *
 * A bucket is filled with the widest rows that tile it, and what those leave open with narrower ones: a day whose row is
 * not made yet consists of its hours so far, and the hour that runs of its five minutes.
 */

/** When buckets begin, and when the last one ends. */
const EDGES = '($9::timestamptz[])';
const DAY = 86_400;

/** What is to be read. */
export interface SeriesPlan {
  /** Of a bucket, seconds. */
  readonly stepS: number;
  /** Of the rows, seconds, widest first; at least one. */
  readonly widths: readonly number[];
  readonly columns: readonly SeriesColumn[];
  /** Whether a group may have members that are silent while others of it tell something. */
  readonly missable: boolean;
  /** The one scope of all members, which lets an index for that scope be used; null where they have several. */
  readonly scope: MetricScope | null;
  /** Whether any member counts only rows that were of one transformer. */
  readonly ofTransformers: boolean;
}

/**
 * $1 to $8 are the members column by column, $9 the edges of the buckets. A row is: group, bucket from 0, the narrowest
 * width in it, reporting, expected, integrated energy, whether any row is late, then the value of each column.
 */
export function seriesStatement({ stepS, widths, columns, missable, scope, ofTransformers }: SeriesPlan): string {
  const wanted = columns.flatMap(partsOf);
  const ofEnergy = columns.some(({ metric }) => metric === 'energy_kwh');
  const parts = [...new Map([...wanted, ...(ofEnergy ? [INTEGRATED] : [])].map((part) => [part.name, part])).values()];
  const end = `${EDGES}[j.bucket + 1]`;
  // A member without a row is missed where one was expected of it by then.
  const silent = missable
    ? `+ coalesce((select sum(s.expected) from members s where s.grp = x.grp and s.since < ${end}), 0)
    - coalesce(sum(x.expected) filter (where x.since < ${end}), 0)`
    : '';
  const levels = widths.map((width, i): Level => {
    const [isWhole, more] = [width === stepS, i + 1 < widths.length];
    return { number: i, width, isWhole, more, parts, scope, ofTransformers };
  });
  return `
    with members as (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::int[], $6::timestamptz[], $7::int[], $8::text[])
        with ordinality x (project_id, scope, scope_id, own_days, expected, since, grp, transformer, member)
    ),
    open_0 as (
      select m.*, tstzmultirange(tstzrange(${EDGES}[1], ${EDGES}[cardinality(${EDGES})])) as span from members m
    ),
    ${levels.map(levelOf).join(',')}
    select x.grp, j.bucket - 1, min(j.width), sum(j.reporting)::int,
      (sum(coalesce(j.expected, x.expected)) ${silent})::int,
      ${ofEnergy ? `sum(j.${INTEGRATED.name})` : 'null'}, ${anyLate(widths)}
      ${columns.map((column) => `, ${bucketValue(column)}`).join('')}
    from ${joined(levels, parts)} j join members x on x.member = j.member
    group by x.grp, j.bucket`;
}

/** Whether a day that begins then has UTC's row: of a zone's day that begins with UTC's there is none besides. */
export function ofUtc(timestamp: string): string {
  return `extract(epoch from ${timestamp}) % ${DAY} = 0`;
}

/** Asked of the index of late rows and not of each row: what charts show stays in theirs. */
function anyLate(widths: readonly number[]): string {
  return `exists (select from members x, unnest(array[${widths}]) w (width), lateral (
    select from metrics m where m.late and m.project_id = x.project_id and m.scope = x.scope and m.scope_id = x.scope_id
      and m.resolution_s = w.width and m.timestamp >= ${EDGES}[1] and m.timestamp < ${EDGES}[cardinality(${EDGES})] limit 1) l)`;
}

/** The rows of one width. */
interface Level {
  readonly number: number;
  readonly width: number;
  /** Each of its rows is a bucket by itself: there is nothing to be joined. */
  readonly isWhole: boolean;
  /** Narrower rows follow. */
  readonly more: boolean;
  readonly parts: readonly Part[];
  readonly scope: MetricScope | null;
  readonly ofTransformers: boolean;
}

/** What each member has in each bucket, out of all levels. */
function joined(levels: readonly Level[], parts: readonly Part[]): string {
  if (levels.length === 1) return 'level_0';
  const names = parts.map(({ name }) => `, ${name}`).join('');
  const from = ({ number }: Level) => `select member, bucket, width, reporting, expected${names} from level_${number}`;
  const whole = levels.filter(({ isWhole }) => isWhole).map(from);
  const narrower = levels.filter(({ isWhole }) => !isWhole).map(from);
  const ofNarrower = `
    select member, bucket, min(width) as width, max(reporting) as reporting, max(expected) as expected
      ${parts.map(({ name, join }) => `, ${join}(${name}) as ${name}`).join('')}
    from (${narrower.join(' union all ')}) l group by member, bucket`;
  return `(${[...whole, ofNarrower].join(' union all ')})`;
}

/**
 * The members' rows of one width where wider ones leave the span open, joined bucket by bucket; and, for the next width,
 * what is open after them. Each gap is a stretch of the primary key; `offset 0` keeps the planner from computing its ends
 * inside the condition, where row security would not let the index use them.
 */
function levelOf({ number, width, isWhole, more, parts, scope, ofTransformers }: Level): string {
  const bucket = `width_bucket(m.timestamp, ${EDGES})`;
  // A row of a day is a bucket's where both are the same hours. At midnights of UTC it is of 24 hours, else of the zone.
  const lasts = `${EDGES}[${bucket} + 1] - ${EDGES}[${bucket}]`;
  const fits = `m.timestamp = ${EDGES}[${bucket}]
    and case when ${ofUtc('m.timestamp')} then ${lasts} = interval '24 hours' else x.own_days end`;
  const end = width === DAY ? `${EDGES}[${bucket} + 1]` : `m.timestamp + interval '${width} s'`;
  const range = `tstzrange(m.timestamp, ${end})`;
  const told = isWhole
    ? [
        'm.reporting',
        'm.expected',
        ...parts.map(({ name, of }) => `${of} as ${name}`),
        ...(more ? [`${range} as filled`] : []),
      ]
    : [
        'max(m.reporting) as reporting',
        'max(m.expected) as expected',
        ...parts.map(({ name, join, of }) => `${join}(${of}) as ${name}`),
        ...(more ? [`range_agg(${range}) as filled`] : []),
      ];
  return `
    level_${number} as (
      select x.member, ${width} as width, m.* from (
        select x.*, lower(gap) as begins, upper(gap) as ends from open_${number} x, unnest(x.span) gap offset 0
      ) x, lateral (
        select ${bucket} as bucket, ${told.join(', ')}
          from metrics m where m.project_id = x.project_id and m.scope = ${scope === null ? 'x.scope' : `'${scope}'`} and m.scope_id = x.scope_id
           and m.resolution_s = ${width} and m.timestamp >= x.begins and m.timestamp < x.ends
           ${width === DAY ? `and ${fits}` : ''}
           ${ofTransformers ? `and (x.transformer is null or coalesce(m.transformer_id, '') = x.transformer)` : ''}
         ${isWhole ? 'offset 0' : 'group by 1'}
      ) m
    )${more ? openAfter(number) : ''}`;
}

function openAfter(level: number): string {
  return `, filled_${level} as (select member, range_agg(filled) as filled from level_${level} group by member),
    open_${level + 1} as (
      select x.project_id, x.scope, x.scope_id, x.own_days, x.expected, x.since, x.grp, x.transformer, x.member,
        x.span - coalesce(l.filled, '{}') as span
      from open_${level} x left join filled_${level} l on l.member = x.member
    )`;
}
