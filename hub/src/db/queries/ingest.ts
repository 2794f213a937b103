import { MINER_STATUSES } from '@hearst/protocol';
import type { ClientBase, QueryResultRow } from 'pg';
import { byteaArray, type TextElements, textArray } from './arrays.ts';

/**
 * The statements of ingest, each for a whole group of frames at once (measured: eight frames to a transaction). All
 * run in a transaction whose context is the one project of the group, and are prepared once per connection.
 *
 * Latest state only moves forward: a row is touched when what is told is newer than its `state_at`.
 */

/** The identity of a batch with the SHA-256 of its bytes. */
export interface BatchKey {
  readonly agentId: string;
  readonly outboxId: string;
  readonly seq: number;
  readonly hash: Buffer;
}

async function run<T extends QueryResultRow>(
  client: ClientBase,
  name: string,
  text: string,
  values: unknown[],
): Promise<T[]> {
  const { rows } = await client.query<T>({ name, text, values });
  return rows;
}

/**
 * Plans are prepared once, often while a table is still empty, and must not become slow when it is full: every
 * statement here goes by a key, so neither a scan of a whole table nor a join of whole tables is ever the right plan.
 * Answers whether the planner has statistics of `miners` (without them `moveMiners` is planned wrongly).
 */
export async function planByKeys(client: ClientBase): Promise<{ minersKnown: boolean }> {
  const results: unknown = await client.query(
    'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off; ' +
      "select reltuples > 0 as known from pg_class where oid = 'miners'::regclass",
  );
  // Several statements in one text answer with one result each.
  const last = (results as { rows: { known: boolean }[] }[]).at(-1);
  return { minersKnown: last?.rows[0]?.known === true };
}

/** Milliseconds since 1970 to timestamptz, exact to the microsecond. */
const TIME = (ms: string): string => `to_timestamp(${ms} / 1000.0)`;

/**
 * Inserts the keys that are new; answers those. The first row of an outbox is the compacted one, if there is one: it
 * stands for everything up to its seq. In a fixed order, so that two hubs with the same batches wait for each other
 * instead of deadlocking.
 */
export function insertKeys(
  client: ClientBase,
  projectId: string,
  keys: readonly BatchKey[],
): Promise<{ agentId: string; outboxId: string; seq: number }[]> {
  return run(
    client,
    'ingest_keys_insert',
    `insert into ingest_keys (project_id, agent_id, outbox_id, seq, hash)
     select $1, k.agent_id, k.outbox_id, k.seq, k.hash
       from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[]) k (agent_id, outbox_id, seq, hash)
      where not exists (
        select 1 from (
          select f.seq, f.covers from ingest_keys f
           where f.project_id = $1 and f.agent_id = k.agent_id and f.outbox_id = k.outbox_id order by f.seq limit 1
        ) first_key where first_key.covers and first_key.seq >= k.seq)
      order by k.agent_id, k.outbox_id, k.seq
     on conflict do nothing
     returning agent_id as "agentId", outbox_id as "outboxId", seq`,
    [
      projectId,
      keys.map((key) => key.agentId),
      keys.map((key) => key.outboxId),
      keys.map((key) => key.seq),
      byteaArray(keys.map((key) => key.hash)),
    ],
  );
}

/** The hash a key was committed with; null when it is compacted away (or stands for compacted ones). */
export async function findKeyHash(
  client: ClientBase,
  projectId: string,
  key: Omit<BatchKey, 'hash'>,
): Promise<Buffer | null> {
  const rows = await run<{ hash: Buffer | null }>(
    client,
    'ingest_keys_find',
    'select hash from ingest_keys where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq = $4 and not covers',
    [projectId, key.agentId, key.outboxId, key.seq],
  );
  return rows[0]?.hash ?? null;
}

/** The highest seq known of an outbox, 0 for none. */
export async function lastSeq(
  client: ClientBase,
  projectId: string,
  agentId: string,
  outboxId: string,
): Promise<number> {
  const { rows } = await client.query<{ seq: number }>(
    `select seq from ingest_keys where project_id = $1 and agent_id = $2 and outbox_id = $3 order by seq desc limit 1`,
    [projectId, agentId, outboxId],
  );
  return rows[0]?.seq ?? 0;
}

/** The lowest seq below `before` that was never committed, or null when none is missing. */
export async function firstMissingSeq(
  client: ClientBase,
  projectId: string,
  agentId: string,
  outboxId: string,
  before: number,
): Promise<number | null> {
  const { rows } = await client.query<{ seq: number; covers: boolean }>(
    `select seq, covers from ingest_keys
      where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq < $4 order by seq`,
    [projectId, agentId, outboxId, before],
  );
  let next = 1;
  for (const row of rows) {
    if (row.covers) next = row.seq + 1;
    else if (row.seq === next) next++;
    else break;
  }
  return next < before ? next : null;
}

/** R9: one row that covers everything up to and including `upTo` takes the place of its keys. */
export async function compactKeys(
  client: ClientBase,
  projectId: string,
  agentId: string,
  outboxId: string,
  upTo: number,
): Promise<void> {
  const values = [projectId, agentId, outboxId, upTo];
  const outbox = 'project_id = $1 and agent_id = $2 and outbox_id = $3';
  const { rowCount } = await client.query(
    `select 1 from ingest_keys where ${outbox} and covers and seq >= $4 limit 1`,
    values,
  );
  if (rowCount !== 0) return;
  await client.query(`delete from ingest_keys where ${outbox} and seq <= $4`, values);
  await client.query(
    'insert into ingest_keys (project_id, agent_id, outbox_id, seq, covers) values ($1, $2, $3, $4, true)',
    values,
  );
}

/** The containers' owners: claims for each the container that has none yet, answers who has it now. */
export async function claimContainers(
  client: ClientBase,
  projectId: string,
  claims: readonly { containerId: string; agentId: string; miners: number; hasCooling: boolean }[],
): Promise<Map<string, string>> {
  const rows = await run<{ containerId: string; agentId: string }>(
    client,
    'containers_claim',
    `insert into containers as c (project_id, container_id, agent_id, miners_expected, has_cooling)
     select $1, n.container_id, n.agent_id, n.miners, n.has_cooling
       from unnest($2::text[], $3::uuid[], $4::int[], $5::boolean[]) n (container_id, agent_id, miners, has_cooling)
      order by n.container_id
     on conflict (project_id, container_id) do update set agent_id = coalesce(c.agent_id, excluded.agent_id)
     returning container_id as "containerId", agent_id as "agentId"`,
    [
      projectId,
      claims.map((claim) => claim.containerId),
      claims.map((claim) => claim.agentId),
      claims.map((claim) => claim.miners),
      claims.map((claim) => claim.hasCooling),
    ],
  );
  return new Map(rows.map((row) => [row.containerId, row.agentId]));
}

/** A row of container_frames, and what of it is the container's latest state. Times are ms since 1970 UTC. */
export interface ContainerFrameRow {
  containerId: string;
  agentId: string;
  at: number;
  deviceAt: number;
  receivedAt: number;
  intervalS: number;
  clock: string;
  minersTotal: number;
  minersAnswering: number;
  minersActive: number;
  hashrateThs: number | null;
  hashrateExpectedThs: number | null;
  powerKw: number | null;
  powerSource: string | null;
  tempChipMinC: number | null;
  tempChipAvgC: number | null;
  tempChipMaxC: number | null;
  tempBoardAvgC: number | null;
  tempBoardMaxC: number | null;
  tempInletAvgC: number | null;
  tempOutletAvgC: number | null;
  tempSupplyC: number | null;
  tempReturnC: number | null;
  flowM3h: number | null;
  pressureSupplyBar: number | null;
  pressureReturnBar: number | null;
  coolingAnswered: boolean | null;
  offline: boolean;
  /** JSON of the cooling loop's values by metric, null when it did not answer. */
  cooling: string | null;
  /** gzip of `{"frames":[frame]}`. */
  body: Buffer;
}

/** A column of a table: its name, its type, and the field of the row object. */
type ColumnSpec<R> = readonly [column: string, type: string, field: keyof R];

const FRAME_COLUMNS: readonly ColumnSpec<ContainerFrameRow>[] = [
  ['container_id', 'text', 'containerId'],
  ['agent_id', 'uuid', 'agentId'],
  ['at', 'time', 'at'],
  ['device_at', 'time', 'deviceAt'],
  ['received_at', 'time', 'receivedAt'],
  ['interval_s', 'real', 'intervalS'],
  ['clock', 'text', 'clock'],
  ['miners_total', 'smallint', 'minersTotal'],
  ['miners_answering', 'smallint', 'minersAnswering'],
  ['miners_active', 'smallint', 'minersActive'],
  ['hashrate_ths', 'double precision', 'hashrateThs'],
  ['hashrate_expected_ths', 'double precision', 'hashrateExpectedThs'],
  ['power_kw', 'double precision', 'powerKw'],
  ['power_source', 'text', 'powerSource'],
  ['temp_chip_min_c', 'real', 'tempChipMinC'],
  ['temp_chip_avg_c', 'real', 'tempChipAvgC'],
  ['temp_chip_max_c', 'real', 'tempChipMaxC'],
  ['temp_board_avg_c', 'real', 'tempBoardAvgC'],
  ['temp_board_max_c', 'real', 'tempBoardMaxC'],
  ['temp_inlet_avg_c', 'real', 'tempInletAvgC'],
  ['temp_outlet_avg_c', 'real', 'tempOutletAvgC'],
  ['temp_supply_c', 'real', 'tempSupplyC'],
  ['temp_return_c', 'real', 'tempReturnC'],
  ['flow_m3h', 'real', 'flowM3h'],
  ['pressure_supply_bar', 'real', 'pressureSupplyBar'],
  ['pressure_return_bar', 'real', 'pressureReturnBar'],
  ['cooling_answered', 'boolean', 'coolingAnswered'],
  ['body', 'bytea', 'body'],
];

/** `unnest($2::text[], ...) n (...)` and the parameters for a list of rows. */
function unnested<R>(
  specs: readonly ColumnSpec<R>[],
  first: number,
): { from: string; values: (rows: readonly R[]) => unknown[] } {
  const types = specs.map(([, type], i) => `$${first + i}::${type === 'time' ? 'double precision' : type}[]`);
  const names = specs.map(([column]) => column);
  return {
    from: `unnest(${types.join(', ')}) n (${names.join(', ')})`,
    values: (rows) =>
      specs.map(([, type, field]) => {
        const column = rows.map((row) => row[field]);
        return type === 'bytea' ? byteaArray(column as Buffer[]) : column;
      }),
  };
}

/** A column as it stands in a select list over `n`. */
function selected<R>([column, type]: ColumnSpec<R>): string {
  return type === 'time' ? TIME(`n.${column}`) : `n.${column}`;
}

const FRAMES = unnested(FRAME_COLUMNS, 2);
const INSERT_FRAMES = `insert into container_frames (project_id, ${FRAME_COLUMNS.map(([column]) => column).join(', ')})
  select $1, ${FRAME_COLUMNS.map(selected).join(', ')} from ${FRAMES.from}
  on conflict do nothing returning container_id as "containerId", extract(epoch from at) * 1000 as at`;

/** Inserts frames; answers how many went in. Fewer than given: a frame of that container and time was there already. */
export async function insertContainerFrames(
  client: ClientBase,
  projectId: string,
  rows: readonly ContainerFrameRow[],
): Promise<number> {
  const inserted = await run(client, 'container_frames_insert', INSERT_FRAMES, [projectId, ...FRAMES.values(rows)]);
  return inserted.length;
}

/** Whether a frame of that container and time with exactly these bytes is stored. */
export async function isFrameStored(client: ClientBase, projectId: string, row: ContainerFrameRow): Promise<boolean> {
  const rows = await run(
    client,
    'container_frames_same',
    `select 1 as same from container_frames
      where project_id = $1 and container_id = $2 and at = ${TIME('$3::double precision')} and body = $4`,
    [projectId, row.containerId, row.at, row.body],
  );
  return rows.length > 0;
}

const STATE_COLUMNS: readonly ColumnSpec<ContainerFrameRow>[] = [
  ...FRAME_COLUMNS.filter(
    ([column]) => !['agent_id', 'device_at', 'received_at', 'clock', 'body', 'temp_chip_min_c'].includes(column),
  ),
  ['offline', 'boolean', 'offline'],
  ['cooling', 'text', 'cooling'],
];
const STATES = unnested(STATE_COLUMNS, 2);

// What people set (maintenance, planned) stays; a severity set by alerts stays until the alerts take it back.
const UPDATE_CONTAINERS = `
  update containers c set
    status = case when c.status in ('maintenance', 'planned') then c.status
      when n.offline then 'offline' when c.status in ('warning', 'critical') then c.status else 'active' end,
    hashrate_th = n.hashrate_ths, hashrate_expected_th = n.hashrate_expected_ths,
    power_consumption_kw = n.power_kw, power_source = n.power_source,
    miners_active = n.miners_active, miners_answering = n.miners_answering, miners_total = n.miners_total,
    temp_supply_c = n.temp_supply_c, temp_return_c = n.temp_return_c,
    temp_chip_max_c = n.temp_chip_max_c, temp_chip_avg_c = n.temp_chip_avg_c,
    flow_m3h = n.flow_m3h, pressure_supply_bar = n.pressure_supply_bar, pressure_return_bar = n.pressure_return_bar,
    cooling = n.cooling::jsonb, has_cooling = n.cooling_answered is not null,
    interval_s = n.interval_s, state_at = ${TIME('n.at')}, updated_at = now()
  from ${STATES.from}
  where c.project_id = $1 and c.container_id = n.container_id and (c.state_at is null or c.state_at < ${TIME('n.at')})
  returning c.container_id as "containerId"`;

/** Moves containers' latest state forward (each container at most once in `rows`); answers those that moved. */
export async function advanceContainers(
  client: ClientBase,
  projectId: string,
  rows: readonly ContainerFrameRow[],
): Promise<Set<string>> {
  const moved = await run<{ containerId: string }>(client, 'containers_advance', UPDATE_CONTAINERS, [
    projectId,
    ...STATES.values(rows),
  ]);
  return new Set(moved.map((row) => row.containerId));
}

/**
 * The miners' part of several frames as arrays indexed by `offset + position`, already in binary (see `arrays.ts`).
 * A status of -1 marks a position that the frame does not have, NaN a value that is unknown.
 */
export interface MinerGrid {
  readonly containers: readonly string[];
  readonly times: readonly number[];
  readonly offsets: readonly number[];
  /** The highest position of each frame. */
  readonly sizes: readonly number[];
  readonly status: Buffer;
  readonly hashrateTh: Buffer;
  readonly hashrateExpectedTh: Buffer;
  readonly powerW: Buffer;
  readonly tempChipC: Buffer;
  readonly tempBoardC: Buffer;
  readonly tempInletC: Buffer;
  readonly tempOutletC: Buffer;
  readonly uptimeS: Buffer;
}

const PLACE = 'f.first + m.position';
const gridValue = (parameter: number): string => `nullif(($${parameter}::float8[])[${PLACE}], 'NaN')`;
/**
 * Counters travel with every fifth poll, and at once after a restart: in between the uptime of a miner that answers
 * goes on by the time that has passed. A silent miner's is unknown.
 */
const uptimeOf = (given: string, answered: string, at: string): string =>
  `case when ${answered} then coalesce(${given}, m.uptime_s + extract(epoch from ${at} - m.state_at)) end`;
const MOVE_MINERS = `
  update miners m set status = (array[${MINER_STATUSES.map((status) => `'${status}'`).join(',')}])[($6::int[])[${PLACE}] + 1],
    hashrate_th = ${gridValue(7)}, hashrate_expected_th = ${gridValue(8)}, power_w = ${gridValue(9)},
    temp_chip_c = ${gridValue(10)}, temp_board_c = ${gridValue(11)}, temp_inlet_c = ${gridValue(12)},
    temp_outlet_c = ${gridValue(13)}, uptime_s = ${uptimeOf(gridValue(14), `($6::int[])[${PLACE}] = any ($15::int[])`, 'f.at')}, state_at = f.at, updated_at = now(),
    last_seen_at = case when ($6::int[])[${PLACE}] = any ($15::int[]) then greatest(m.last_seen_at, f.at)
      else m.last_seen_at end
  from (select n.container_id, ${TIME('n.at')} as at, n.first, n.size
    from unnest($2::text[], $3::double precision[], $4::int[], $5::int[]) n (container_id, at, first, size)) f
  where m.project_id = $1 and m.container_id = f.container_id and m.position between 1 and f.size
    and ($6::int[])[${PLACE}] >= 0 and (m.state_at is null or m.state_at < f.at)`;

/**
 * Moves the miners' latest state forward where their rows exist; answers how many moved. The miners of a container are
 * found by one range of an index and their values by subscript: half the time of an upsert that looks up each row by
 * its id (1.7 against 3.3 ms for 308 miners, measured; with nulls instead of NaN a subscript walks the array: 9.6 ms).
 * Planned each time on purpose, and only once the table was analyzed: without statistics the planner reads all miners of
 * the project for each container (8 ms, measured).
 */
export async function moveMiners(
  client: ClientBase,
  projectId: string,
  grid: MinerGrid,
  answeredCodes: readonly number[],
): Promise<number> {
  const { rowCount } = await client.query(MOVE_MINERS, [
    projectId,
    grid.containers,
    grid.times,
    grid.offsets,
    grid.sizes,
    grid.status,
    grid.hashrateTh,
    grid.hashrateExpectedTh,
    grid.powerW,
    grid.tempChipC,
    grid.tempBoardC,
    grid.tempInletC,
    grid.tempOutletC,
    grid.uptimeS,
    answeredCodes,
  ]);
  return rowCount ?? 0;
}

/** The miners' part of several frames, one place per miner, already in binary (see `arrays.ts`). */
export interface MinerColumns {
  readonly ids: readonly TextElements[];
  /** Index into `times` and `containers`. */
  readonly frame: Buffer;
  readonly position: Buffer;
  /** Codes as on the wire. */
  readonly status: Buffer;
  readonly answered: Buffer;
  readonly hashrateTh: Buffer;
  readonly hashrateExpectedTh: Buffer;
  readonly powerW: Buffer;
  readonly tempChipC: Buffer;
  readonly tempBoardC: Buffer;
  readonly tempInletC: Buffer;
  readonly tempOutletC: Buffer;
  readonly uptimeS: Buffer;
  readonly containers: readonly string[];
  readonly times: readonly number[];
}

const STATUS_TEXT = `(array[${MINER_STATUSES.map((status) => `'${status}'`).join(',')}])[n.status + 1]`;
const MINERS_FROM = `(select u.*, ${TIME('($15::double precision[])[u.frame + 1]')} as at from unnest($2::text[], $3::int[],
    $4::int[], $5::int[], $6::int[], $7::float8[], $8::float8[], $9::float8[], $10::float8[], $11::float8[],
    $12::float8[], $13::float8[], $14::float8[])
    u (miner_id, frame, position, status, answered, hashrate, expected, power, chip, board, inlet, outlet, uptime)) n`;
const ADVANCE_MINERS = `
  insert into miners as m (project_id, miner_id, container_id, position, status, hashrate_th, hashrate_expected_th, power_w,
    temp_chip_c, temp_board_c, temp_inlet_c, temp_outlet_c, uptime_s, state_at, last_seen_at)
  select $1, n.miner_id, ($16::text[])[n.frame + 1], n.position, ${STATUS_TEXT}, n.hashrate, n.expected, n.power,
    n.chip, n.board, n.inlet, n.outlet, n.uptime, n.at, case when n.answered = 1 then n.at end
  from ${MINERS_FROM}
  on conflict (project_id, miner_id) do update set status = excluded.status, hashrate_th = excluded.hashrate_th,
    hashrate_expected_th = excluded.hashrate_expected_th, power_w = excluded.power_w, temp_chip_c = excluded.temp_chip_c,
    temp_board_c = excluded.temp_board_c, temp_inlet_c = excluded.temp_inlet_c, temp_outlet_c = excluded.temp_outlet_c,
    uptime_s = ${uptimeOf('excluded.uptime_s', 'excluded.last_seen_at is not null', 'excluded.state_at')}, state_at = excluded.state_at, updated_at = now(),
    last_seen_at = greatest(m.last_seen_at, excluded.last_seen_at)
  where m.state_at is null or m.state_at < excluded.state_at`;

/**
 * The same for any positions, and it adds slots that are new. Nothing of a silent miner but its status is kept.
 *
 * An upsert, because it looks up each row by its key whatever the planner believes: `update ... from unnest` kept a
 * plan made for the empty table and took over 30 s with 17,864 miners in it (measured).
 */
export async function advanceMiners(client: ClientBase, projectId: string, miners: MinerColumns): Promise<void> {
  await client.query({
    name: 'miners_advance',
    text: ADVANCE_MINERS,
    values: [
      projectId,
      textArray(miners.ids),
      miners.frame,
      miners.position,
      miners.status,
      miners.answered,
      miners.hashrateTh,
      miners.hashrateExpectedTh,
      miners.powerW,
      miners.tempChipC,
      miners.tempBoardC,
      miners.tempInletC,
      miners.tempOutletC,
      miners.uptimeS,
      miners.times,
      miners.containers,
    ],
  });
}

/** A frame that came late, and which positions were heard then, one bit each, position 1 in bit 1. */
export interface LateFrame {
  readonly containerId: string;
  readonly at: number;
  readonly heard: Buffer;
}

/**
 * From frames that came late: when miners that are silent now were last heard. A backlog is thousands of these frames
 * and hardly a miner is concerned, so those are looked for first, container by container whatever the planner believes
 * of the table's size (`order by position offset 0` holds it to that index; the scan of all miners took most of the server's time, measured).
 */
export async function recallLastSeen(
  client: ClientBase,
  projectId: string,
  frames: readonly LateFrame[],
): Promise<void> {
  const rows = await run<{ minerId: string; at: Date }>(
    client,
    'miners_to_recall',
    `select x.miner_id as "minerId", f.at
      from (select n.container_id, ${TIME('n.at')} as at, n.heard
        from unnest($2::text[], $3::double precision[], $4::bytea[]) n (container_id, at, heard)) f
      cross join lateral (
        select m.miner_id from miners m
         where m.project_id = $1 and m.container_id = f.container_id and m.state_at >= f.at
           and (m.last_seen_at is null or m.last_seen_at < f.at)
           and case when m.position < 8 * length(f.heard) then get_bit(f.heard, m.position) = 1 else false end
        order by m.position offset 0) x`,
    [
      projectId,
      frames.map((frame) => frame.containerId),
      frames.map((frame) => frame.at),
      byteaArray(frames.map((frame) => frame.heard)),
    ],
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'miners_recall',
    text: `update miners m set last_seen_at = n.at from unnest($2::text[], $3::timestamptz[]) n (miner_id, at)
      where m.project_id = $1 and m.miner_id = any ($2::text[]) and m.miner_id = n.miner_id`,
    values: [projectId, rows.map((row) => row.minerId), rows.map((row) => row.at)],
  });
}

/** A row of meter_frames, and the meter's latest state. Times are ms since 1970 UTC. */
export interface MeterFrameRow {
  meterId: string;
  transformerId: string | null;
  agentId: string;
  at: number;
  deviceAt: number;
  receivedAt: number;
  intervalS: number;
  clock: string;
  answered: boolean;
  activePowerKw: number | null;
  apparentPowerKva: number | null;
  powerFactor: number | null;
  energyImportKwh: number | null;
  energyExportKwh: number | null;
  /** JSON of all values by metric, null when the meter did not answer. */
  values: string | null;
}

const METER_COLUMNS: readonly ColumnSpec<MeterFrameRow>[] = [
  ['meter_id', 'text', 'meterId'],
  ['transformer_id', 'text', 'transformerId'],
  ['agent_id', 'uuid', 'agentId'],
  ['at', 'time', 'at'],
  ['device_at', 'time', 'deviceAt'],
  ['received_at', 'time', 'receivedAt'],
  ['interval_s', 'real', 'intervalS'],
  ['clock', 'text', 'clock'],
  ['answered', 'boolean', 'answered'],
  ['active_power_kw', 'double precision', 'activePowerKw'],
  ['apparent_power_kva', 'double precision', 'apparentPowerKva'],
  ['power_factor', 'real', 'powerFactor'],
  ['energy_import_kwh', 'double precision', 'energyImportKwh'],
  ['energy_export_kwh', 'double precision', 'energyExportKwh'],
  ['values', 'text', 'values'],
];
const METERS = unnested(METER_COLUMNS, 2);
const meterColumn = (spec: ColumnSpec<MeterFrameRow>): string =>
  spec[0] === 'values' ? 'n.values::jsonb' : selected(spec);

/** Inserts meter frames; answers how many went in. */
export async function insertMeterFrames(
  client: ClientBase,
  projectId: string,
  rows: readonly MeterFrameRow[],
): Promise<number> {
  const inserted = await run(
    client,
    'meter_frames_insert',
    `insert into meter_frames (project_id, ${METER_COLUMNS.map(([column]) => column).join(', ')})
     select $1, ${METER_COLUMNS.map(meterColumn).join(', ')} from ${METERS.from} on conflict do nothing returning meter_id`,
    [projectId, ...METERS.values(rows)],
  );
  return inserted.length;
}

export async function isMeterFrameStored(client: ClientBase, projectId: string, row: MeterFrameRow): Promise<boolean> {
  const rows = await run(
    client,
    'meter_frames_same',
    `select 1 as same from meter_frames where project_id = $1 and meter_id = $2
       and at = ${TIME('$3::double precision')} and values is not distinct from $4::jsonb`,
    [projectId, row.meterId, row.at, row.values],
  );
  return rows.length > 0;
}

/**
 * Moves meters' latest state forward, adding meters and transformers that are new, and with it the load of their
 * transformers. Each meter at most once in `rows`. What people say about a meter's transformer stays.
 */
export async function advanceMeters(
  client: ClientBase,
  projectId: string,
  rows: readonly MeterFrameRow[],
): Promise<void> {
  const transformers = [...new Set(rows.map((row) => row.transformerId).filter((id) => id !== null))].sort();
  if (transformers.length > 0)
    await client.query({
      name: 'transformers_add',
      text: `insert into transformers (project_id, transformer_id) select $1, unnest($2::text[]) on conflict do nothing`,
      values: [projectId, transformers],
    });
  const values = [projectId, ...METERS.values(rows)];
  await client.query({
    name: 'meters_advance',
    text: `insert into meters as m (project_id, meter_id, transformer_id, status, values, interval_s, last_seen_at, state_at)
      select $1, n.meter_id, n.transformer_id, case when n.answered then 'active' else 'offline' end, n.values::jsonb,
        n.interval_s, case when n.answered then ${TIME('n.at')} end, ${TIME('n.at')}
      from ${METERS.from} order by n.meter_id
      on conflict (project_id, meter_id) do update set status = excluded.status, values = excluded.values,
        interval_s = excluded.interval_s, last_seen_at = coalesce(excluded.last_seen_at, m.last_seen_at),
        state_at = excluded.state_at, transformer_id = coalesce(m.transformer_id, excluded.transformer_id), updated_at = now()
      where m.state_at is null or m.state_at < excluded.state_at`,
    values,
  });
  await client.query({
    name: 'transformers_advance',
    text: `update transformers t set active_power_kw = n.active_power_kw, apparent_power_kva = n.apparent_power_kva,
        power_factor = n.power_factor, load_pct = n.apparent_power_kva / nullif(t.rated_kva, 0) * 100,
        status = case when t.status in ('maintenance', 'planned', 'warning', 'critical') then t.status
          when n.answered then 'active' else 'unknown' end,
        state_at = ${TIME('n.at')}, updated_at = now()
      from ${METERS.from}
      where t.project_id = $1 and t.transformer_id = n.transformer_id
        and (t.state_at is null or t.state_at < ${TIME('n.at')})`,
    values,
  });
}

/** A row of agent_events; `at` in ms since 1970 UTC. */
export interface AgentEventRow {
  readonly agentId: string;
  readonly outboxId: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly subject: string | null;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

export async function insertAgentEvents(
  client: ClientBase,
  projectId: string,
  events: readonly AgentEventRow[],
): Promise<void> {
  for (const event of events)
    await client.query({
      name: 'agent_events_insert',
      text: `insert into agent_events (project_id, agent_id, outbox_id, seq, ordinal, at, received_at, code, severity,
          subject, message, data)
        values ($1, $2, $3, $4, $5, ${TIME('$6::double precision')}, ${TIME('$7::double precision')}, $8, $9, $10, $11,
          $12::jsonb) on conflict do nothing`,
      values: [
        projectId,
        event.agentId,
        event.outboxId,
        event.seq,
        event.ordinal,
        event.at,
        event.receivedAt,
        event.code,
        event.severity,
        event.subject,
        event.message,
        JSON.stringify(event.data),
      ],
    });
}
