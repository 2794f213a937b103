import { isTemperature, type SeriesColumn, type SeriesMetric } from '../../series/metrics.ts';

/**
 * The statement that makes series out of the rows of `metrics`. In each row `sum / count` of a quantity is its average
 * over the bucket, of the scope as a whole (a project's hashrate, not that of one of its containers). Rows are joined by
 * adding sums and counts, never by averaging averages. A row that somebody wrote or imported with hashrate_eh, power_mw
 * and active_containers alone counts as one reading.
 *
 * A bucket is filled with the widest rows that tile it, and what those leave open with narrower ones: a day whose row is
 * not made yet consists of its hours so far, and the hour that runs of its five minutes.
 */

/** When buckets begin, and when the last one ends. */
const EDGES = '($7::timestamptz[])';
const DAY = 86_400;

/** What rows keep sum, count, min and max of. */
type Quantity = Exclude<SeriesMetric, 'efficiency_j_per_th'>;

/**
 * $1 is the scope, $2 to $6 the members column by column, $7 the edges of the buckets.
 *
 * @param widths of the rows to read, seconds, widest first; at least one
 */
export function seriesStatement(widths: readonly number[], columns: readonly SeriesColumn[]): string {
  const parts = [...new Map(columns.flatMap(partsOf).map((part) => [part.name, part])).values()];
  const end = `${EDGES}[j.bucket + 1]`;
  // A member without a row is missed where one was expected of it by then.
  const silent = `coalesce((select sum(s.expected) from members s where s.since < ${end}), 0)
    - coalesce(sum(x.expected) filter (where x.since < ${end}), 0)`;
  return `
    with members as (
      select * from unnest($2::text[], $3::text[], $4::boolean[], $5::int[], $6::timestamptz[]) with ordinality
        x (project_id, scope_id, own_days, expected, since, member)
    ),
    open_0 as (
      select project_id, scope_id, own_days, member,
        tstzmultirange(tstzrange(${EDGES}[1], ${EDGES}[cardinality(${EDGES})])) as span from members
    ),
    ${widths.map((width, i) => levelOf(width, i, parts, i + 1 < widths.length)).join(',')}
    select j.bucket - 1 as bucket, min(j.width) as width, sum(j.reporting)::int as reporting,
      (sum(coalesce(j.expected, x.expected)) + ${silent})::int as expected,
      array[${columns.map(bucketValue).join(', ')}]::float8[] as values
    from ${joined(widths.length, parts)} j join members x on x.member = j.member
    group by j.bucket order by j.bucket`;
}

/** What each member has in each bucket, out of all levels. */
function joined(levels: number, parts: readonly Part[]): string {
  if (levels === 1) return 'level_0';
  const names = parts.map(({ name }) => name).join(', ');
  const each = Array.from(
    { length: levels },
    (_, i) => `select member, bucket, width, reporting, expected, ${names} from level_${i}`,
  );
  return `(
    select member, bucket, min(width) as width, max(reporting) as reporting, max(expected) as expected,
      ${parts.map(({ name, join }) => `${join}(${name}) as ${name}`).join(', ')}
    from (${each.join(' union all ')}) l group by member, bucket)`;
}

/**
 * The members' rows of one width where wider ones leave the span open, joined bucket by bucket; and, for the next width,
 * what is open after them. Each gap is a stretch of the primary key; `offset 0` keeps the planner from computing its ends
 * inside the condition, where row security would not let the index use them.
 */
function levelOf(width: number, level: number, parts: readonly Part[], more: boolean): string {
  const bucket = `width_bucket(m.timestamp, ${EDGES})`;
  // A row of a day is a bucket's where both are the same hours: it begins there, and lasts as long or is of that zone.
  const lasts = `${EDGES}[${bucket} + 1] - ${EDGES}[${bucket}]`;
  const fits = `m.timestamp = ${EDGES}[${bucket}] and (x.own_days or ${lasts} = interval '24 hours')`;
  const end = width === DAY ? `${EDGES}[${bucket} + 1]` : `m.timestamp + interval '${width} s'`;
  const told = parts.map(({ name, join, of }) => `${join}(${of}) as ${name}`);
  return `
    level_${level} as (
      select x.member, ${width} as width, m.* from (
        select x.*, lower(gap) as begins, upper(gap) as ends from open_${level} x, unnest(x.span) gap offset 0
      ) x, lateral (
        select ${bucket} as bucket, max(m.reporting) as reporting, max(m.expected) as expected, ${told.join(', ')}
          ${more ? `, range_agg(tstzrange(m.timestamp, ${end})) as filled` : ''}
          from metrics m where m.project_id = x.project_id and m.scope = $1 and m.scope_id = x.scope_id
           and m.resolution_s = ${width} and m.timestamp >= x.begins and m.timestamp < x.ends
           ${width === DAY ? `and ${fits}` : ''}
         group by 1
      ) m
    )${more ? openAfter(level) : ''}`;
}

function openAfter(level: number): string {
  return `, open_${level + 1} as (
      select x.project_id, x.scope_id, x.own_days, x.member, x.span - coalesce(range_agg(l.filled), '{}') as span
      from open_${level} x left join level_${level} l on l.member = x.member
      group by x.project_id, x.scope_id, x.own_days, x.member, x.span
    )`;
}

/** Something that rows tell of a quantity, and how that of several rows is joined. */
interface Part {
  readonly name: string;
  readonly join: 'sum' | 'min' | 'max';
  /** Out of a row of `metrics`. */
  readonly of: string;
}

function partsOf({ metric, agg }: SeriesColumn): Part[] {
  if (metric === 'efficiency_j_per_th')
    return [...partsOf({ metric: 'hashrate_ths', agg }), ...partsOf({ metric: 'power_kw', agg })];
  const row = rowOf(metric);
  switch (agg) {
    case 'min':
    case 'max':
      return [{ name: `${metric}_${agg}`, join: agg, of: row[agg] }];
    case 'last': {
      // The greatest of these pairs is the newest.
      const of = `case when ${row.count} > 0 then array[extract(epoch from m.timestamp)::float8, ${row.sum} / ${row.count}] end`;
      return [{ name: `${metric}_last`, join: 'max', of }];
    }
    default:
      return [
        { name: `${metric}_sum`, join: 'sum', of: row.sum },
        { name: `${metric}_count`, join: 'sum', of: row.count },
      ];
  }
}

/** What a row tells as one reading. */
const ONE_READING: Partial<Record<Quantity, string>> = {
  hashrate_ths: 'm.hashrate_eh * 1e6',
  power_kw: 'm.power_mw * 1e3',
  containers_active: 'm.active_containers::float8',
};

function rowOf(quantity: Quantity): Record<'sum' | 'count' | 'min' | 'max', string> {
  const one = ONE_READING[quantity] ?? 'null::float8';
  if (quantity === 'containers_active') return { sum: one, count: `num_nonnulls(${one})::float8`, min: one, max: one };
  const told = `m.${quantity}_count > 0`;
  return {
    sum: `case when ${told} then m.${quantity}_sum else ${one} end`,
    count: `case when ${told} then m.${quantity}_count::float8 else num_nonnulls(${one}) end`,
    min: `coalesce(m.${quantity}_min, ${one})`,
    max: `coalesce(m.${quantity}_max, ${one})`,
  };
}

/** A bucket's value over its members: levels of several members add up, temperatures are averaged by their readings. */
function bucketValue({ metric, agg }: SeriesColumn): string {
  if (metric === 'efficiency_j_per_th') {
    const both = 'j.hashrate_ths_count > 0 and j.power_kw_count > 0';
    const sum = (quantity: Quantity) => `sum(${averageOf(quantity)}) filter (where ${both})`;
    return `1e3 * ${sum('power_kw')} / nullif(${sum('hashrate_ths')}, 0)`;
  }
  if (agg === 'min' || agg === 'max') return `${agg}(j.${metric}_${agg})`;
  if (agg === 'last') return `sum(j.${metric}_last[2])`;
  return isTemperature(metric)
    ? `sum(j.${metric}_sum) / nullif(sum(j.${metric}_count), 0)`
    : `sum(${averageOf(metric)})`;
}

function averageOf(quantity: Quantity): string {
  return `j.${quantity}_sum / nullif(j.${quantity}_count, 0)`;
}
