import type { ClientBase } from 'pg';
import type { Episode } from '../../alerts/replay/episodes.ts';
import type { AlertRule } from '../../alerts/rule.ts';

/** A rule run over stored frames: those of a project between two moments. */

export interface FrameSpan {
  readonly projectId: string;
  readonly from: Date;
  readonly to: Date;
}

/** How a reading stands in the columns of frames: a number, or true or false; null is unknown. */
interface InColumns {
  readonly value: string;
  /** How many a share is made of, for rules that ask for a least number. */
  readonly count?: string;
}

// As it was written, not as a float of half the length holds it: 38.3, not 38.299999.
const exact = (column: string) => `f.${column}::numeric::float8`;
const SUPPLY = exact('temp_supply_c');
const RETURN = exact('temp_return_c');
const PRESSURE = exact('pressure_supply_bar');
const FLOW = exact('flow_m3h');
const option = (name: string) => `(rule.options ->> '${name}')::float8`;

/** Readings of containers that are worked out of columns alone, as `alerts/judge/container-readings.ts` does. */
const OF_CONTAINER: Readonly<Record<string, InColumns>> = {
  temp_supply_c: { value: SUPPLY },
  temp_return_c: { value: RETURN },
  pressure_return_bar: { value: exact('pressure_return_bar') },
  delta_t_k: { value: `${RETURN} - ${SUPPLY}` },
  flow_per_miner_lpm: { value: `${FLOW} * 1000 / 60 / nullif(f.miners_total, 0)` },
  pressure_outside_bar: {
    value: `case when f.pressure_supply_bar is not null
      then greatest(${option('low_bar')} - ${PRESSURE}, ${PRESSURE} - ${option('high_bar')}) end`,
  },
  heat_balance_pct: {
    value: `case when f.power_kw >= coalesce(${option('at_least_kw')}, 1)
      then abs(coalesce((f.cooling ->> 'heat_kw')::float8, ${FLOW} / 3.6 * 4.18 * (${RETURN} - ${SUPPLY})) - f.power_kw)
        / f.power_kw * 100 end`,
  },
  share_silent_pct: {
    value: '(f.miners_total - f.miners_answering)::float8 / nullif(f.miners_total, 0) * 100',
    count: 'f.miners_total - f.miners_answering',
  },
  offline: { value: 'f.miners_answering = 0 and f.cooling_answered is not true' },
  cooling_silent: { value: 'f.cooling_answered is not distinct from false' },
};

/** The same of meters, for their transformers. */
const OF_METER: Readonly<Record<string, InColumns>> = {
  load_pct: { value: 'f.apparent_power_kva / nullif(t.rated_kva, 0) * 100' },
  meter_silent: { value: 'not f.answered' },
};

/** Whether a rule's reading stands in columns, so that `episodesInColumns` can run it. */
export function isInColumns(rule: AlertRule): boolean {
  return columnsOf(rule) !== undefined;
}

/** Runs a rule over all frames in one statement; answers the first episodes, and how many there are. */
export async function episodesInColumns(
  client: ClientBase,
  { projectId, from, to }: FrameSpan,
  rule: AlertRule,
  most: number,
): Promise<{ count: number; episodes: Episode[] }> {
  const reading = columnsOf(rule);
  if (reading === undefined) throw new Error(`${rule.reading} is in no column`);
  const frames =
    rule.target === 'container'
      ? 'select f.container_id as target, f.at, %s from container_frames f cross join rule'
      : `select coalesce(f.transformer_id, m.transformer_id) as target, f.at, %s from meter_frames f cross join rule
           join meters m on m.project_id = f.project_id and m.meter_id = f.meter_id
           join transformers t on t.project_id = f.project_id
             and t.transformer_id = coalesce(f.transformer_id, m.transformer_id)`;
  const { rows } = await client.query<{
    target: string;
    from: Date;
    to: Date | null;
    peak: number | null;
    count: number;
  }>(
    `with rule as (select $4::float8 as raise, $5::float8 as clear, $6::jsonb as options),
     judged as (
       ${frames.replace('%s', `${numberOf(rule, reading)} as value, ${zoneOf(rule, reading)} as zone`)}
       where f.project_id = $1 and f.at >= $2 and f.at < $3),
     -- Between the two thresholds a condition goes on as the last reading beyond them left it; unknown changes nothing.
     decided as (
       select *, count(*) filter (where zone <> 1) over (partition by target order by at) as decision
       from judged where zone is not null),
     states as (
       select *, first_value(zone) over (partition by target, decision order by at) = 2 as held from decided),
     numbered as (
       select *, count(*) filter (where not held) over (partition by target order by at) as run from states),
     holding as (
       select *, min(at) over (partition by target, run) as since from numbered where held),
     runs as (
       select target, run, min(at) as since, min(at) filter (where at - since >= make_interval(secs => $7)) as fired_at,
         ${rule.when === 'below' ? 'min' : 'max'}(value) as peak
       from holding group by target, run),
     cleared as (
       select r.*, n.at as cleared_at from runs r
         left join numbered n on n.target = r.target and n.run = r.run + 1 and not n.held),
     chained as (
       select *, since >= lag(cleared_at) over (partition by target order by since) + make_interval(secs => $8) as begins
       from cleared),
     grouped as (
       select *, count(*) filter (where begins) over (partition by target order by since) as chain from chained),
     episodes as (
       select target, min(fired_at) as "from", ${rule.when === 'below' ? 'min' : 'max'}(peak) as peak,
         case when count(*) = count(cleared_at) then max(cleared_at) + make_interval(secs => $8) end as "to"
       from grouped group by target, chain having min(fired_at) is not null)
     select *, count(*) over ()::int as count from episodes order by "from", target limit $9`,
    [projectId, from, to, rule.raise, rule.clear, JSON.stringify(rule.options), rule.holdS, rule.keepS, most],
  );
  const episodes = rows.map(({ target, peak, ...row }) => ({ target, from: +row.from, to: row.to && +row.to, peak }));
  return { count: rows[0]?.count ?? 0, episodes };
}

/** Of the frames of a project: how many, and how far apart on average, s. */
export async function countFrames(
  client: ClientBase,
  { projectId, from, to }: FrameSpan,
  kind: 'container' | 'meter',
): Promise<{ count: number; intervalS: number | null }> {
  const { rows } = await client.query<{ count: number; intervalS: number | null }>(
    `select count(*)::int as count, avg(interval_s)::float8 as "intervalS" from ${kind}_frames
     where project_id = $1 and at >= $2 and at < $3`,
    [projectId, from, to],
  );
  return rows[0] ?? { count: 0, intervalS: null };
}

/** The places of every n-th frame of each container, by container and time. */
export async function everyNthFrame(
  client: ClientBase,
  { projectId, from, to }: FrameSpan,
  n: number,
): Promise<{ containerId: string; key: string }[]> {
  const { rows } = await client.query<{ containerId: string; key: string }>(
    `select container_id as "containerId", at::text as key from (
       select container_id, at, row_number() over (partition by container_id order by at) as place
       from container_frames where project_id = $1 and at >= $2 and at < $3) f
     where place % $4 = 0 order by container_id, f.at`,
    [projectId, from, to, n],
  );
  return rows;
}

/** Every n-th reading of each meter with its transformer's rating, by meter and time: those of one meter. */
export async function everyNthReading(
  client: ClientBase,
  { projectId, from, to }: FrameSpan,
  n: number,
  meterId: string,
): Promise<{ at: Date; values: Record<string, number | null> | null }[]> {
  const { rows } = await client.query<{ at: Date; values: Record<string, number | null> | null }>(
    `select at, values from (
       select at, case when answered then values end as values, row_number() over (order by at) as place
       from meter_frames where project_id = $1 and meter_id = $5 and at >= $2 and at < $3) f
     where place % $4 = 0 order by at`,
    [projectId, from, to, n, meterId],
  );
  return rows;
}

/** The meters of a project that stand at a transformer, with its rating. */
export async function ratedMeters(
  client: ClientBase,
  projectId: string,
): Promise<{ meterId: string; transformerId: string; ratedKva: number | null }[]> {
  const { rows } = await client.query<{ meterId: string; transformerId: string; ratedKva: number | null }>(
    `select m.meter_id as "meterId", t.transformer_id as "transformerId", t.rated_kva as "ratedKva" from meters m
       join transformers t on t.project_id = m.project_id and t.transformer_id = m.transformer_id
     where m.project_id = $1 order by m.meter_id`,
    [projectId],
  );
  return rows;
}

function columnsOf({ target, reading }: AlertRule): InColumns | undefined {
  const known = target === 'container' ? OF_CONTAINER : target === 'transformer' ? OF_METER : {};
  return Object.hasOwn(known, reading) ? known[reading] : undefined;
}

function numberOf({ when }: AlertRule, { value }: InColumns): string {
  return when === 'is' ? 'null::float8' : `(${value})::float8`;
}

/** 2: beyond the raising threshold. 1: between the two. 0: clear. Null: unknown. */
function zoneOf({ when }: AlertRule, { value, count }: InColumns): string {
  if (when === 'is') return `case ${value} when true then 2 when false then 0 end`;
  const sign = when === 'below' ? '<' : '>';
  const raised =
    count === undefined ? '2' : `case when ${count} >= coalesce(${option('at_least')}, 0) then 2 else 1 end`;
  return `case when (${value}) is null then null when (${value}) ${sign} rule.raise then ${raised}
    when (${value}) ${sign} rule.clear then 1 else 0 end`;
}
