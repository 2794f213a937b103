import { MINER_STATUSES } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { byteaArray, type TextElements, textArray } from './arrays.ts';
import { prepared, timeOf } from './statements.ts';

/**
 * Latest state of miners. It only moves forward: a row is touched when what is told is newer than its `state_at`.
 */

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
  from (select n.container_id, ${timeOf('n.at')} as at, n.first, n.size
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
const MINERS_FROM = `(select u.*, ${timeOf('($15::double precision[])[u.frame + 1]')} as at from unnest($2::text[], $3::int[],
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
export async function upsertMiners(client: ClientBase, projectId: string, miners: MinerColumns): Promise<void> {
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
 * of the table's size (`order by position offset 0` holds it to that index; the scan of all miners took most of the
 * server's time, measured).
 */
export async function recallLastSeen(
  client: ClientBase,
  projectId: string,
  frames: readonly LateFrame[],
): Promise<void> {
  const rows = await prepared<{ minerId: string; at: Date }>(
    client,
    'miners_to_recall',
    `select x.miner_id as "minerId", f.at
      from (select n.container_id, ${timeOf('n.at')} as at, n.heard
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
