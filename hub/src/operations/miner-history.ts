import type { BoardValues, ContainerFrame } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import {
  bodiesOf,
  type ContainerKey,
  frameAtOrBefore,
  newestFrames,
  oldestFrameTime,
  pickFrames,
} from '../db/queries/stored-frames.ts';
import { STALE_AFTER_INTERVALS } from '../freshness.ts';
import type { MinerBuckets } from '../history/buckets.ts';
import { type Grouping, isRare, type MinerColumn } from '../history/quantities.ts';
import { MinerTally, type StatusCounts } from '../history/tally.ts';
import { minerIn, unpackFrame } from '../history/unpack.ts';

/** The most frames that a series is made of; beyond it each bucket gives a few. */
const MOST_FRAMES = 3000;
/** Frames that are read and opened at once: few, so that nobody else waits long. */
const SLICE = 32;
/** Boards go along with every tenth frame; a miner that missed its turn told them one turn earlier. */
const LOOK_BACK = 20;

/** A slot whose history is wanted. */
export interface Slot extends ContainerKey {
  readonly position: number;
}

/** Series as read. */
export interface MinerSeriesRead {
  readonly buckets: MinerBuckets;
  readonly series: readonly {
    readonly column: MinerColumn;
    /** From 1; null for the miner as a whole. */
    readonly board: number | null;
    readonly values: readonly (number | null)[];
  }[];
  /** How many readings of each bucket had which status; null where there are none. */
  readonly statuses: readonly (StatusCounts | null)[];
  /** How many frames are stored, and how many were read. */
  readonly frames: { readonly stored: number; readonly read: number };
  /** When the oldest frame of the container was taken that is still stored. */
  readonly since: Date | null;
}

/** Reads series of one miner from its container's frames: all of them, or an even choice where there are many. */
export async function readMinerSeries(
  client: ClientBase,
  slot: Slot,
  buckets: MinerBuckets,
  columns: readonly MinerColumn[],
  grouping: Grouping,
): Promise<MinerSeriesRead> {
  const count = buckets.boundaries.length - 1;
  // Only there for what does not come with every poll.
  const boards = grouping === 'board';
  const longest = boards || columns.some(({ quantity }) => isRare(quantity));
  const perBucket = Math.max(1, Math.floor(MOST_FRAMES / count) - (longest ? 1 : 0));
  const picked = await pickFrames(client, slot, buckets.boundaries, { most: MOST_FRAMES, perBucket, longest });
  const tally = new MinerTally(count, columns, boards);
  const sliceAt = (from: number) => picked.frames.slice(from, from + SLICE);
  const bodiesAt = (from: number) => bodiesOf(client, slot, sliceAt(from));
  let coming: Promise<Map<string, Buffer>> | null = picked.frames.length === 0 ? null : bodiesAt(0);
  for (let from = 0; coming !== null; from += SLICE) {
    const bodies = await coming;
    const slice = sliceAt(from);
    // The next bodies travel while these are opened.
    const next: Promise<Map<string, Buffer>> | null =
      from + SLICE < picked.frames.length ? bodiesAt(from + SLICE) : null;
    next?.catch(() => undefined);
    const miners = await Promise.all(
      slice.map(async ({ key }) => {
        const body = bodies.get(key);
        return body === undefined ? null : minerIn(await unpackFrame(body, { boards }), slot.position);
      }),
    );
    for (const [i, { bucket, even }] of slice.entries()) {
      const miner = miners[i];
      if (miner) tally.add(bucket, miner, even);
    }
    coming = next;
  }
  return {
    buckets,
    series: tally
      .boards()
      .flatMap((board) =>
        columns.map((column) => ({ column, board: board === 0 ? null : board, values: tally.values(board, column) })),
      ),
    statuses: tally.statuses(),
    frames: { stored: picked.stored, read: picked.frames.length },
    since: await oldestFrameTime(client, slot),
  };
}

/** A miner's boards as they were last told. */
export interface LatestBoards {
  readonly at: Date;
  readonly boards: BoardValues;
}

/** The boards in the newest frame that tells this miner's; null where none of the latest does. */
export async function latestBoards(client: ClientBase, slot: Slot): Promise<LatestBoards | null> {
  for (const { at, body } of await newestFrames(client, slot, LOOK_BACK)) {
    const boards = minerIn(await unpackFrame(body, { boards: true }), slot.position)?.boards ?? null;
    if (boards !== null) return { at, boards };
  }
  return null;
}

/** A container at a moment of the past. */
export interface ContainerPast {
  readonly at: Date;
  readonly intervalS: number;
  readonly frame: ContainerFrame;
  /** Whether the frame was at most five intervals old then: an older one says nothing of the moment. */
  readonly current: boolean;
}

/** What the newest frame at or before a moment says of a container; null where none is stored. */
export async function containerAt(
  client: ClientBase,
  container: ContainerKey,
  at: number,
): Promise<ContainerPast | null> {
  const stored = await frameAtOrBefore(client, container, at);
  if (stored === null) return null;
  const ageS = (at - stored.at.getTime()) / 1000;
  return {
    at: stored.at,
    intervalS: stored.intervalS,
    frame: await unpackFrame(stored.body, { boards: false }),
    current: ageS <= STALE_AFTER_INTERVALS * stored.intervalS,
  };
}
