import { MINER_STATUSES } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { byteaArray } from './arrays.ts';
import { rowsFor, timeOf } from './statements.ts';

/**
 * Latest state of miners. It only moves forward: a row is touched when what is told is newer than its `state_at`.
 */

/**
 * The miners' part of several states as arrays indexed by `offset + position`, already in binary (see `arrays.ts`).
 * The first five fields have one entry for each run of positions of a container. NaN marks a value that is unknown.
 */
export interface MinerGrid {
  readonly containers: readonly string[];
  readonly times: readonly number[];
  readonly offsets: readonly number[];
  /** The lowest and the highest position. */
  readonly lows: readonly number[];
  readonly highs: readonly number[];
  /** Codes as on the wire, -1 where the state has no such position. */
  readonly status: Buffer;
  /** Ms before the state's time when the miner last answered; -1: not in what is told here. */
  readonly heard: Buffer;
  /** Seconds; NaN: what is stored goes on by the time that has passed; -1: unknown. */
  readonly uptimeS: Buffer;
  readonly hashrateTh: Buffer;
  readonly hashrateExpectedTh: Buffer;
  readonly powerW: Buffer;
  readonly tempChipC: Buffer;
  readonly tempBoardC: Buffer;
  readonly tempInletC: Buffer;
  readonly tempOutletC: Buffer;
}

const gridValue = (parameter: number): string => `nullif(($${parameter}::float8[])[p.place], 'NaN')`;
const STATUS = '($7::int[])[p.place]';
const HEARD = '($8::float8[])[p.place]';
const UPTIME = '($9::float8[])[p.place]';
const MOVE_MINERS = `
  update miners m set status = (array[${MINER_STATUSES.map((status) => `'${status}'`).join(',')}])[${STATUS} + 1],
    hashrate_th = ${gridValue(10)}, hashrate_expected_th = ${gridValue(11)}, power_w = ${gridValue(12)},
    temp_chip_c = ${gridValue(13)}, temp_board_c = ${gridValue(14)}, temp_inlet_c = ${gridValue(15)},
    temp_outlet_c = ${gridValue(16)},
    uptime_s = case when ${UPTIME} = 'NaN' then m.uptime_s + extract(epoch from p.at - m.state_at)
      when ${UPTIME} >= 0 then ${UPTIME} end,
    last_seen_at = case when ${HEARD} = 0 then p.at
      when ${HEARD} > 0 then greatest(m.last_seen_at, p.at - ${HEARD} * interval '1 millisecond') else m.last_seen_at end,
    state_at = p.at, updated_at = now()
  from (select x.ctid, f.first + x.position as place, f.at
    from (select n.container_id, ${timeOf('n.at')} as at, n.first, n.low, n.high
      from unnest($2::text[], $3::double precision[], $4::int[], $5::int[], $6::int[]) n (container_id, at, first, low, high)) f
    cross join lateral (
      select c.ctid, c.position from miners c
       where c.project_id = $1 and c.container_id = f.container_id and c.position between f.low and f.high
         and (c.state_at is null or c.state_at < f.at)
      order by c.position offset 0) x) p
  where m.project_id = $1 and m.ctid = p.ctid and ${STATUS} >= 0`;

/**
 * Moves the miners' latest state forward where their rows exist; answers how many moved. A row that somebody else
 * changed meanwhile (its slot's inventory) is left out and counted as not moved: ask again.
 *
 * The miners of a container are found by one range of an index, which `order by position offset 0` holds the planner to
 * whatever it believes of the table (`update ... from unnest` kept a plan made for the empty table and took over 30 s
 * with 17,864 miners in it, measured), and their values by subscript: with nulls instead of NaN a subscript walks the
 * array (9.6 against 1.7 ms for 308 miners, measured).
 */
export async function moveMiners(client: ClientBase, projectId: string, grid: MinerGrid): Promise<number> {
  const { rowCount } = await client.query({
    name: 'miners_move',
    text: MOVE_MINERS,
    values: [
      projectId,
      grid.containers,
      grid.times,
      grid.offsets,
      grid.lows,
      grid.highs,
      grid.status,
      grid.heard,
      grid.uptimeS,
      grid.hashrateTh,
      grid.hashrateExpectedTh,
      grid.powerW,
      grid.tempChipC,
      grid.tempBoardC,
      grid.tempInletC,
      grid.tempOutletC,
    ],
  });
  return rowCount ?? 0;
}

/** Adds slots that are new, without a state. */
export async function addMiners(
  client: ClientBase,
  projectId: string,
  slots: readonly { minerId: string; containerId: string; position: number }[],
): Promise<void> {
  await rowsFor(
    client,
    `insert into miners (project_id, miner_id, container_id, position)
     select $1, n.miner_id, n.container_id, n.position
       from unnest($2::text[], $3::text[], $4::int[]) n (miner_id, container_id, position)
     on conflict (project_id, miner_id) do nothing`,
    [
      projectId,
      slots.map((slot) => slot.minerId),
      slots.map((slot) => slot.containerId),
      slots.map((slot) => slot.position),
    ],
  );
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
  const rows = await rowsFor<{ minerId: string; at: Date }>(
    client,
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
  const heard = new Map<string, Date>();
  for (const { minerId, at } of rows) if (at > (heard.get(minerId) ?? 0)) heard.set(minerId, at);
  await client.query({
    name: 'miners_recall',
    text: `update miners m set last_seen_at = n.at from unnest($2::text[], $3::timestamptz[]) n (miner_id, at)
      where m.project_id = $1 and m.miner_id = any ($2::text[]) and m.miner_id = n.miner_id`,
    values: [projectId, [...heard.keys()], [...heard.values()]],
  });
}
