import type { ClientBase } from 'pg';
import { AMOUNTS, type Amount, LEVELS, type Level } from '../../series/quantities.ts';
import { isAdded, oneSource, reportingOf, upsertMetrics } from './rollup-columns.ts';
import { timeOf } from './statements.ts';

/** What the meters of a transformer say of one five-minute bucket. Times are ms since 1970 UTC. */
export interface MeteredBucket {
  readonly transformerId: string;
  readonly at: number;
  /** Null where the meters tell nothing of the bucket. */
  readonly energyKwh: number | null;
  /** What of it is the integral of power. */
  readonly integratedKwh: number | null;
  /** For how much of the bucket the energy stands, seconds. */
  readonly measuredS: number | null;
  /** The averages of the meters together, and of how many readings. */
  readonly powerKw: number | null;
  readonly powerCount: number | null;
  readonly loadSum: number | null;
  readonly loadMin: number | null;
  readonly loadMax: number | null;
  readonly loadCount: number | null;
}

/** Levels of members as one: `<level>_avg` and `_count` where they add up, sum, min, max and count where they do not. */
function joinedLevel(level: Level, average: string): string {
  if (isAdded(level)) return `sum(${average} order by u.id) as ${level}_avg, max(u.${level}_count) as ${level}_count`;
  return `sum(u.${level}_sum order by u.id) as ${level}_sum, min(u.${level}_min) as ${level}_min,
    max(u.${level}_max) as ${level}_max, sum(u.${level}_count)::bigint as ${level}_count`;
}

/** The columns of `joinedLevel`, as they are passed on. */
const columnsOf = (level: Level): string[] =>
  (isAdded(level) ? ['avg', 'count'] : ['sum', 'min', 'max', 'count']).map((part) => `${level}_${part}`);

const JOINED_AMOUNTS = AMOUNTS.map((amount) => `sum(u.${amount} order by u.id) as ${amount}`).join(', ');

/** A unit's columns as `metrics` has them. */
function storedLevel(level: Level): string {
  if (!isAdded(level))
    return columnsOf(level)
      .map((column) => `u.${column}`)
      .join(', ');
  return `u.${level}_avg * u.${level}_count as ${level}_sum, u.${level}_avg as ${level}_min,
    u.${level}_avg as ${level}_max, case when u.${level}_avg is not null then u.${level}_count end as ${level}_count`;
}

/** The share of its containers' energy that a meter leaves to be told by them: of the time it did not measure. */
const REST = 'greatest(0, 1 - coalesce(m.measured_s / nullif(t.longest_s, 0), 1))';
const METERED: Partial<Record<Amount, string>> = {
  energy_kwh: `case when m.kwh is null then t.energy_kwh else m.kwh + coalesce(t.energy_kwh, 0) * ${REST} end`,
  energy_integrated_kwh: `case when m.kwh is null then t.energy_integrated_kwh
    else m.integrated + coalesce(t.energy_kwh, 0) * ${REST} end`,
  // Where nothing of a transformer answered all along, it is what failed.
  lost_offline_thh: `case when ${dead('t')} then 0 * t.lost_offline_thh else t.lost_offline_thh end`,
  lost_transformer_thh: `case when ${dead('t')} then t.lost_offline_thh else t.lost_transformer_thh end`,
};

function dead(row: string): string {
  return `coalesce(${row}.miner_answering_s, 0) = 0`;
}

/** Of a metered transformer the meter's word for power counts, and nobody else knows the load. */
function ofTransformer(level: Level): string {
  if (level === 'power_kw')
    return 'coalesce(m.power_kw, t.power_kw_avg) as power_kw_avg, case when m.power_kw is null then t.power_kw_count else m.power_count end as power_kw_count';
  if (level === 'load_pct')
    return 'm.load_sum as load_pct_sum, m.load_min as load_pct_min, m.load_max as load_pct_max, m.load_count as load_pct_count';
  return columnsOf(level)
    .map((column) => `t.${column}`)
    .join(', ');
}

const noLoad = (level: Level, columns: string): string =>
  level === 'load_pct'
    ? 'null::float8 as load_pct_sum, null::float8 as load_pct_min, null::float8 as load_pct_max, null::bigint as load_pct_count'
    : columns;

const UNIT_COLUMNS = [...LEVELS.flatMap(columnsOf), ...AMOUNTS, 'active', 'power_source', 'late'];
const UNIT = UNIT_COLUMNS.join(', ');
const NOTHING = UNIT_COLUMNS.map((column) => {
  if (column === 'active') return '0';
  if (column === 'late') return 'false';
  return `null::${column === 'power_source' ? 'text' : column.endsWith('_count') ? 'bigint' : 'float8'}`;
}).join(', ');

/**
 * The five-minute rows of every transformer and of the project in some buckets, out of those of its containers: $2 the
 * buckets, $3 now, $4 and on what meters say, column by column. Members are added in the order of their ids.
 */
const ROWS = `
  with bucket as (select ${timeOf('at')} as bucket from unnest($2::float8[]) at),
  meter as (
    select id, ${timeOf('at')} as bucket, kwh, integrated, measured_s, power_kw, power_count, load_sum, load_min, load_max, load_count
    from unnest($4::text[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[], $10::bigint[],
      $11::float8[], $12::float8[], $13::float8[], $14::bigint[])
      m (id, at, kwh, integrated, measured_s, power_kw, power_count, load_sum, load_min, load_max, load_count)
  ),
  container as (
    select b.bucket, m.scope_id as id, m.* from bucket b join containers c on c.project_id = $1
    join metrics m on m.project_id = $1 and m.scope = 'container' and m.scope_id = c.container_id
      and m.resolution_s = 300 and m.timestamp = b.bucket
  ),
  joined as (
    select u.transformer_id, u.bucket, ${LEVELS.map((level) => joinedLevel(level, `u.${level}_sum / u.${level}_count`)).join(', ')},
      ${JOINED_AMOUNTS}, max(u.covered_s) as longest_s, count(*) filter (where u.miners_active_count > 0)::int as active,
      ${oneSource('u.power_source')} as power_source, bool_or(u.late) as late
    from container u where u.transformer_id is not null group by u.transformer_id, u.bucket
  ),
  transformer as (
    select coalesce(t.transformer_id, m.id) as id, coalesce(t.bucket, m.bucket) as bucket,
      ${LEVELS.map(ofTransformer).join(', ')},
      ${AMOUNTS.map((amount) => `${METERED[amount] ?? `t.${amount}`} as ${amount}`).join(', ')},
      coalesce(t.active, 0) as active, case when m.power_kw is null then t.power_source else 'meter' end as power_source,
      coalesce(t.late, false) as late
    from joined t full join meter m on m.id = t.transformer_id and m.bucket = t.bucket
  ),
  alone as (
    select u.id, u.bucket, ${LEVELS.map((level) =>
      isAdded(level)
        ? `u.${level}_sum / u.${level}_count as ${level}_avg, u.${level}_count`
        : columnsOf(level)
            .map((column) => `u.${column}`)
            .join(', '),
    ).join(', ')}, ${AMOUNTS.map((amount) => `u.${amount}`).join(', ')},
      (coalesce(u.miners_active_count, 0) > 0)::int as active, u.power_source, u.late
    from container u where u.transformer_id is null
  ),
  unit as (select id, bucket, ${UNIT} from transformer union all select id, bucket, ${UNIT} from alone),
  project as (
    select $1::text as id, u.bucket, ${LEVELS.map((level) => noLoad(level, joinedLevel(level, `u.${level}_avg`))).join(', ')},
      ${JOINED_AMOUNTS}, sum(u.active)::int as active, ${oneSource('u.power_source')} as power_source, bool_or(u.late) as late
    from unit u group by u.bucket
  ),
  told as (select 'transformer' as scope, id, bucket, ${UNIT} from transformer
    union all select 'project', id, bucket, ${UNIT} from project),
  -- What a row once held and nothing tells any more is taken back: a counter's pair that a reading between them belied.
  belied as (
    select s.scope, s.id, b.bucket, ${NOTHING} from bucket b
    cross join (select 'transformer' as scope, transformer_id as id from transformers where project_id = $1
      union all select 'project', $1) s
    join metrics m on m.project_id = $1 and m.scope = s.scope and m.scope_id = s.id and m.resolution_s = 300
      and m.timestamp = b.bucket
    where not exists (select from told t where t.scope = s.scope and t.id = s.id and t.bucket = b.bucket)
  ),
  scoped as (select * from told union all select * from belied)
  select u.scope, u.id as scope_id, 300 as resolution_s, u.bucket as timestamp,
    u.hashrate_ths_avg / 1e6 as hashrate_eh, u.power_kw_avg / 1e3 as power_mw, u.active as active_containers,
    null::text as transformer_id, u.power_source, ${LEVELS.map(storedLevel).join(', ')},
    ${AMOUNTS.map((amount) => `u.${amount}`).join(', ')},
    ${reportingOf('u.covered_s', `extract(epoch from greatest(least(u.bucket + interval '5 minutes', ${timeOf('$3::float8')}), u.bucket + interval '1 second') - u.bucket)::float8`)} as reporting,
    (select count(*)::int from containers c where c.project_id = $1 and c.status <> 'planned'
      and (u.scope = 'project' or c.transformer_id = u.id)) as expected, u.late
  from scoped u`;

/** The members there were when the bucket was first made are expected, and those that reported since. */
const WRITE = upsertMetrics(ROWS, 'greatest(m.expected, excluded.active_containers)');

/** Writes those rows; the containers' of the same buckets must be up to date. */
export async function rollUpMembers(
  client: ClientBase,
  projectId: string,
  buckets: readonly number[],
  metered: readonly MeteredBucket[],
  now: number,
): Promise<number> {
  if (buckets.length === 0) return 0;
  const column = <K extends keyof MeteredBucket>(key: K): MeteredBucket[K][] => metered.map((row) => row[key]);
  const { rowCount } = await client.query(WRITE, [
    projectId,
    buckets,
    now,
    column('transformerId'),
    column('at'),
    column('energyKwh'),
    column('integratedKwh'),
    column('measuredS'),
    column('powerKw'),
    column('powerCount'),
    column('loadSum'),
    column('loadMin'),
    column('loadMax'),
    column('loadCount'),
  ]);
  return rowCount ?? 0;
}
