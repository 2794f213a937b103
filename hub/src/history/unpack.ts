import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  BOARD_METRICS,
  type BoardValues,
  type ContainerFrame,
  LIMITS,
  MAX_BOARDS,
  MINER_STATUSES,
  type MinerStatus,
  metricNames,
  plausibleOnBoard,
  type Values,
} from '@hearst/protocol';
import { answered } from '../ingest/summarize.ts';

const unzip = promisify(gunzip);

/** What a frame says of one of its miners. */
export interface MinerInFrame {
  readonly status: MinerStatus;
  readonly answered: boolean;
  /** Of a miner that answered; of any other there are none, whatever the columns hold. */
  readonly values: Values;
  /** Null where this frame tells no boards, or none of this miner. */
  readonly boards: BoardValues | null;
}

/**
 * Opens the body of a stored container frame. It was checked when it was stored; only its boards may have been kept
 * unread by an older program, and are checked where they are picked.
 *
 * The bytes are inflated beside the main thread; the JSON of 308 miners then takes a tenth of a millisecond, and its
 * boards three more, so they are left out unless they are wanted.
 */
export async function unpackFrame(body: Buffer, { boards }: { readonly boards: boolean }): Promise<ContainerFrame> {
  const json = (await unzip(body, { maxOutputLength: LIMITS.body })).toString('utf8');
  const { frames } = (boards ? null : withoutBoards(json)) ?? (JSON.parse(json) as Body);
  return frames[0];
}

interface Body {
  frames: [ContainerFrame];
}

const BOARDS = '"boards":{';

/**
 * The frame without its boards; null where they do not stand there as agents write them: lists of numbers, so that the
 * next brace ends them. (Within a text the quotes would be escaped, and the key not be found.)
 */
function withoutBoards(json: string): Body | null {
  const from = json.indexOf(BOARDS);
  if (from < 0) return null;
  const end = json.indexOf('}', from);
  try {
    return JSON.parse(`${json.slice(0, from)}"boards":null${json.slice(end + 1)}`) as Body;
  } catch {
    return null;
  }
}

/** What a frame says of the miner at a position; null where it does not hold the position. */
export function minerIn(frame: ContainerFrame, position: number): MinerInFrame | null {
  const { positions, status: codes, columns } = frame;
  // Nearly always they count from 1 without a gap.
  const i = positions[position - 1] === position ? position - 1 : positions.indexOf(position);
  if (i < 0) return null;
  const code = codes[i] ?? 0;
  const status = MINER_STATUSES[code] ?? 'unknown';
  if (!answered(code)) return { status, answered: false, values: {}, boards: null };
  const values: Values = {};
  for (const name of MINER_METRICS) values[name] = columns[name]?.[i] ?? null;
  return { status, answered: true, values, boards: boardsAt(frame, i) };
}

const MINER_METRICS = metricNames('miner');

function boardsAt({ boards }: ContainerFrame, i: number): BoardValues | null {
  if (typeof boards !== 'object' || boards === null) return null;
  const told: BoardValues = {};
  for (const name of BOARD_METRICS) {
    const values: unknown = boards[name]?.[i];
    if (Array.isArray(values) && values.length <= MAX_BOARDS)
      told[name] = values.map((value) => plausibleOnBoard(name, value));
  }
  return Object.keys(told).length > 0 ? told : null;
}

/** How many boards are told of. */
export function boardCount(boards: BoardValues): number {
  return Math.max(0, ...Object.values(boards).map((values) => values.length));
}
