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
  const quantities = [...new Set(columns.flatMap(({ metric }) => quantitiesOf(metric)))];
  const last = columns.some(({ agg }) => agg === 'last');
  return `
    with members as (
      select * from unnest($2::text[], $3::text[], $4::boolean[], $5::int[], $6::timestamptz[]) with ordinality
        x (project_id, scope_id, own_days, expected, since, member)
    ),
    open_0 as (
      select project_id, scope_id, own_days, member,
        tstzmultirange(tstzrange(${EDGES}[1], ${EDGES}[cardinality(${EDGES})])) as span from members
    ),
    ${widths.map((width, level) => rowsOf(width, level, quantities)).join(',')},
    joined as (
      select member, bucket, min(width) as width, max(reporting) as reporting, max(expected) as expected,
        ${quantities.map((quantity) => joinedParts(quantity, last)).join(', ')}
      from (${widths.map((_, level) => `select * from rows_${level}`).join(' union all ')}) r group by member, bucket
    )
    select b.bucket - 1 as bucket, min(j.width) as width, sum(j.reporting)::int as reporting,
      sum(coalesce(j.expected, x.expected))::int as expected, array[${columns.map(bucketValue).join(', ')}]::float8[] as values
    from generate_series(1, cardinality(${EDGES}) - 1) b (bucket) cross join members x
      left join joined j on j.bucket = b.bucket and j.member = x.member
    where j.member is not null or x.since < ${EDGES}[b.bucket + 1]
    group by b.bucket order by b.bucket`;
}

/**
 * The members' rows of one width where wider ones leave the span open, and what is open after them. Member by member:
 * `offset 0` keeps the planner to it, for each is a stretch of the primary key, and one scan over all of them would read
 * years of five minutes.
 */
function rowsOf(width: number, level: number, quantities: readonly Quantity[]): string {
  // A row of a day is a bucket's where both are the same hours: it begins there, and lasts as long or is of that zone.
  const lasts = `${EDGES}[bucket + 1] - ${EDGES}[bucket]`;
  const fits = `m.timestamp = ${EDGES}[bucket] and (x.own_days or ${lasts} = interval '24 hours')`;
  const end = width === DAY ? `${EDGES}[r.bucket + 1]` : `r.timestamp + interval '${width} s'`;
  return `
    rows_${level} as (
      select x.member, bucket, m.timestamp, ${width} as width, m.reporting, m.expected,
        ${quantities.map(rowParts).join(', ')}
      from open_${level} x, unnest(x.span) gap, lateral (
        select * from metrics m where m.project_id = x.project_id and m.scope = $1 and m.scope_id = x.scope_id
          and m.resolution_s = ${width} and m.timestamp >= lower(gap) and m.timestamp < upper(gap) offset 0
      ) m, width_bucket(m.timestamp, ${EDGES}) bucket
      where ${width === DAY ? fits : 'true'}
    ),
    open_${level + 1} as (
      select x.project_id, x.scope_id, x.own_days, x.member, x.span - coalesce(
        range_agg(tstzrange(r.timestamp, ${end})) filter (where r.member is not null), '{}') as span
      from open_${level} x left join rows_${level} r on r.member = x.member
      group by x.project_id, x.scope_id, x.own_days, x.member, x.span
    )`;
}

function quantitiesOf(metric: SeriesMetric): Quantity[] {
  return metric === 'efficiency_j_per_th' ? ['hashrate_ths', 'power_kw'] : [metric];
}

/** What a row tells as one reading. */
const ONE_READING: Partial<Record<Quantity, string>> = {
  hashrate_ths: 'm.hashrate_eh * 1e6',
  power_kw: 'm.power_mw * 1e3',
  containers_active: 'm.active_containers::float8',
};

function rowParts(quantity: Quantity): string {
  const one = ONE_READING[quantity] ?? 'null::float8';
  const part = (name: string) => `m.${quantity}_${name}`;
  // Of containers there is no more than the one reading.
  const [sum, count, min, max] =
    quantity === 'containers_active'
      ? [one, `num_nonnulls(${one})`, one, one]
      : [
          `case when ${part('count')} > 0 then ${part('sum')} else ${one} end`,
          `case when ${part('count')} > 0 then ${part('count')} else num_nonnulls(${one}) end`,
          `coalesce(${part('min')}, ${one})`,
          `coalesce(${part('max')}, ${one})`,
        ];
  return `${sum} as ${quantity}_sum, ${count} as ${quantity}_count, ${min} as ${quantity}_min, ${max} as ${quantity}_max`;
}

function joinedParts(quantity: Quantity, last: boolean): string {
  const newest = `(array_agg(${quantity}_sum / ${quantity}_count order by timestamp desc)
    filter (where ${quantity}_count > 0))[1] as ${quantity}_last`;
  return `sum(${quantity}_sum) as ${quantity}_sum, sum(${quantity}_count)::float8 as ${quantity}_count,
    min(${quantity}_min) as ${quantity}_min, max(${quantity}_max) as ${quantity}_max${last ? `, ${newest}` : ''}`;
}

/** A bucket's value over its members: levels of several members add up, temperatures are averaged by their readings. */
function bucketValue({ metric, agg }: SeriesColumn): string {
  if (metric === 'efficiency_j_per_th') {
    const both = 'j.hashrate_ths_count > 0 and j.power_kw_count > 0';
    const sum = (quantity: Quantity) => `sum(${averageOf(quantity)}) filter (where ${both})`;
    return `1e3 * ${sum('power_kw')} / nullif(${sum('hashrate_ths')}, 0)`;
  }
  if (agg === 'min' || agg === 'max') return `${agg}(j.${metric}_${agg})`;
  if (agg === 'last') return `sum(j.${metric}_last)`;
  return isTemperature(metric)
    ? `sum(j.${metric}_sum) / nullif(sum(j.${metric}_count), 0)`
    : `sum(${averageOf(metric)})`;
}

function averageOf(quantity: Quantity): string {
  return `j.${quantity}_sum / nullif(j.${quantity}_count, 0)`;
}
