import type { ClientBase } from 'pg';
import { AMOUNTS, type Amount, LEVELS, type Level } from '../../series/quantities.ts';
import { COMPUTED, measured, oneSource, reportingOf, upsertMetrics } from './rollup-columns.ts';
import { LONGEST_STAND, MEMORY } from './rollup-marks.ts';
import { timeOf } from './statements.ts';

/** Five-minute buckets of one container or meter side by side, ms since 1970 UTC: both are edges of buckets. */
export interface Stretch {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** How hot is too hot, °C: the chips' average, and the water that comes in. */
const HOT = 'coalesce(f.temp_chip_avg_c >= 85, false) or coalesce(f.temp_supply_c > 40, false)';

/** What frames tell of a level: its value, of how many readings that is the average, its least and its greatest. */
const TOLD: Readonly<Record<Level, readonly [value: string, readings: string, min: string, max: string] | null>> = {
  hashrate_ths: single('hashrate_ths'),
  power_kw: single('power_kw'),
  miners_active: single('miners_active'),
  miners_answering: single('miners_answering'),
  temp_chip_c: ['temp_chip_avg_c', 'miners_answering', 'temp_chip_min_c', 'temp_chip_max_c'],
  temp_board_c: ['temp_board_avg_c', 'miners_answering', 'temp_board_min_c', 'temp_board_max_c'],
  temp_supply_c: single('temp_supply_c'),
  temp_return_c: single('temp_return_c'),
  flow_m3h: single('flow_m3h'),
  pressure_supply_bar: single('pressure_supply_bar'),
  pressure_return_bar: single('pressure_return_bar'),
  load_pct: null,
};
function single(column: string): [string, string, string, string] {
  return [column, '1', column, column];
}

/** What a piece of a frame's time adds; `s` are its seconds. */
const ADDS: Readonly<Record<Amount, string>> = {
  energy_kwh: 'p.power_kw * p.s / 3600',
  energy_integrated_kwh: 'p.power_kw * p.s / 3600',
  hashes_eh: 'p.hashrate_ths * p.s / 1e6',
  covered_s: 'p.s',
  miner_known_s: 'p.miners_total * p.s',
  miner_answering_s: 'p.miners_answering * p.s',
  miner_active_s: 'p.miners_active * p.s',
  expected_thh: 'p.expected * p.s / 3600',
  lost_offline_thh: 'p.offline * p.s / 3600',
  lost_hot_thh: 'case when p.hot then p.short - p.offline else 0 * p.short end * p.s / 3600',
  lost_transformer_thh: '0 * p.short * p.s',
  lost_unknown_thh: 'case when p.hot then 0 * p.short else p.short - p.offline end * p.s / 3600',
};

const READ = `at, interval_s, miners_total, miners_answering, miners_active, ${measured('hashrate_ths')},
  ${measured('hashrate_expected_ths')}, ${measured('power_kw')}, power_source, temp_chip_min_c, temp_chip_avg_c, temp_chip_max_c, temp_board_min_c, temp_board_avg_c, temp_board_max_c,
  temp_supply_c, temp_return_c, flow_m3h, pressure_supply_bar, pressure_return_bar`;
const OF = 'from container_frames where project_id = $1 and container_id = s.container_id';

/** The frames of each stretch, with the one before it, which may stand into it, and the one that ends the last. */
const STORED = `
  (select ${READ} ${OF} and at < s.from_at and at >= s.from_at - ${LONGEST_STAND} order by at desc limit 1)
  union all (select ${READ} ${OF} and at >= s.from_at and at < s.to_at)
  union all (select ${READ} ${OF} and at >= s.to_at and at < s.to_at + ${LONGEST_STAND} order by at limit 1)`;
/** Single frames that came late; those around them may be gone. */
const NAMED = `select ${READ} ${OF} and at in (select ${timeOf('l.at')} from unnest($6::text[], $7::float8[]) l (id, at)
  where l.id = s.container_id)`;

/**
 * Five-minute buckets of containers out of frames: $2 to $4 are the stretches, $5 is now. A frame stands until the next
 * one when that comes within one and a half of its intervals, else for one interval, and never beyond now.
 *
 * @param cells every bucket there is to be a row of, besides those in which something stands
 */
function containerRows(frames: string, cells: string): string {
  return `
    with stretch as (
      select s.container_id, ${timeOf('s.from_ms')} as from_at, ${timeOf('s.to_ms')} as to_at
      from unnest($2::text[], $3::float8[], $4::float8[]) s (container_id, from_ms, to_ms)
    ), frame as (
      select s.container_id, s.from_at, s.to_at, f.*,
        lead(f.at) over stretch as next_at,
        count(f.hashrate_expected_ths) over stretch as told,
        f.hashrate_expected_ths / nullif(f.miners_answering, 0) as per_miner
      from stretch s cross join lateral (${frames}) f
      window stretch as (partition by s.container_id, s.from_at order by f.at)
    ), standing as (
      select f.*, coalesce(
          first_value(f.per_miner) over (partition by f.container_id, f.from_at, f.told order by f.at),
          case when f.told = 0 and f.miners_total > 0 then (
            select e.hashrate_expected_ths / nullif(e.miners_answering, 0) from container_frames e
            where e.project_id = $1 and e.container_id = f.container_id and e.hashrate_expected_ths is not null
              and e.at < f.at and e.at >= f.at - ${MEMORY} order by e.at desc limit 1) end) as each,
        least(${timeOf('$5::float8')}, case when f.next_at <= f.at + 1.5 * f.interval_s * interval '1 s' then f.next_at
          else f.at + f.interval_s * interval '1 s' end) as ends
      from frame f
    ), judged as (
      select f.*, ${HOT} as hot,
        case when f.miners_answering = 0 then 0 else f.hashrate_ths end as real,
        case when f.miners_answering = 0 or f.hashrate_ths is not null then f.each * f.miners_total end as expected
      from standing f
    ), piece as (
      select f.*, b.bucket, f.at >= b.bucket as inside,
        case when f.expected is not null then greatest(0, f.expected - f.real) end as short,
        case when f.expected is not null
          then least(greatest(0, f.expected - f.real), f.each * (f.miners_total - f.miners_answering)) end as offline,
        extract(epoch from least(f.ends, b.bucket + interval '5 minutes') - greatest(f.at, b.bucket))::float8 as s
      from judged f cross join lateral generate_series(
        greatest(date_bin('5 minutes', f.at, 'epoch'), f.from_at),
        least(f.ends, f.to_at) - interval '1 microsecond', interval '5 minutes') b (bucket)
    ), cell as (select container_id, bucket from piece union ${cells})
    select 'container' as scope, c.container_id as scope_id, 300 as resolution_s, c.bucket as timestamp,
      ${average('hashrate_ths')} / 1e6 as hashrate_eh, ${average('power_kw')} / 1e3 as power_mw,
      null::int as active_containers, i.transformer_id, ${oneSource('p.power_source')} as power_source,
      ${LEVELS.map(levelOf).join(', ')},
      ${AMOUNTS.map((amount) => `sum(${ADDS[amount]} order by p.at) as ${amount}`).join(', ')},
      ${reportingOf('sum(p.miners_answering * p.s order by p.at)', secondsOf('c.bucket'))} as reporting,
      max(p.miners_total)::int as expected, false as late
    from cell c left join piece p on p.container_id = c.container_id and p.bucket = c.bucket
    left join containers i on i.project_id = $1 and i.container_id = c.container_id
    group by c.container_id, c.bucket, i.transformer_id`;
}

/** The seconds of a five-minute bucket until now. */
function secondsOf(bucket: string): string {
  const until = `least(${bucket} + interval '5 minutes', ${timeOf('$5::float8')})`;
  return `extract(epoch from greatest(${until}, ${bucket} + interval '1 second') - ${bucket})::float8`;
}

function sumOf([value, readings]: readonly [string, string, ...string[]]): string {
  return `sum(p.${value}::float8 * ${weight(readings)} order by p.at) filter (where p.inside)`;
}

function countOf([value, readings]: readonly [string, string, ...string[]]): string {
  return `nullif(sum(${weight(readings)}) filter (where p.inside and p.${value} is not null), 0)`;
}

function weight(readings: string): string {
  return readings === '1' ? '1' : `p.${readings}`;
}

function average(level: Level): string {
  const told = TOLD[level];
  return told === null ? 'null::float8' : `${sumOf(told)} / ${countOf(told)}`;
}

function levelOf(level: Level): string {
  const told = TOLD[level];
  if (told === null)
    return `null::float8 as ${level}_sum, null::float8 as ${level}_min, null::float8 as ${level}_max, null::bigint as ${level}_count`;
  const [, , min, max] = told;
  return `${sumOf(told)} as ${level}_sum, min(p.${min}::float8) filter (where p.inside) as ${level}_min,
    max(p.${max}::float8) filter (where p.inside) as ${level}_max, ${countOf(told)} as ${level}_count`;
}

/** Buckets that had a row, and in which nothing stands any more, are emptied. */
const THERE = `select m.scope_id, m.timestamp from stretch s join metrics m on m.project_id = $1 and m.scope = 'container'
  and m.scope_id = s.container_id and m.resolution_s = 300 and m.timestamp >= s.from_at and m.timestamp < s.to_at`;
const WRITE = upsertMetrics(containerRows(STORED, THERE));
const READ_NAMED = `select ${COMPUTED.map((column) => `n.${column}`).join(', ')}
  from (${containerRows(NAMED, 'select null, null where false')}) n order by n.scope_id, n.timestamp`;

function valuesOf(projectId: string, stretches: readonly Stretch[], now: number): unknown[] {
  return [
    projectId,
    stretches.map(({ id }) => id),
    stretches.map(({ from }) => from),
    stretches.map(({ to }) => to),
    now,
  ];
}

/** Computes the five-minute buckets of stretches of containers from all their frames; answers how many rows that made. */
export async function rollUpContainers(
  client: ClientBase,
  projectId: string,
  stretches: readonly Stretch[],
  now: number,
): Promise<number> {
  if (stretches.length === 0) return 0;
  const { rowCount } = await client.query(WRITE, valuesOf(projectId, stretches, now));
  return rowCount ?? 0;
}

/** Rows of five minutes that single frames make by themselves, as if there were no others. Nothing is written. */
export async function rowsOfFrames(
  client: ClientBase,
  projectId: string,
  stretches: readonly Stretch[],
  frames: readonly { readonly id: string; readonly at: number }[],
  now: number,
): Promise<Record<string, unknown>[]> {
  const { rows } = await client.query<Record<string, unknown>>(READ_NAMED, [
    ...valuesOf(projectId, stretches, now),
    frames.map(({ id }) => id),
    frames.map(({ at }) => at),
  ]);
  return rows;
}
