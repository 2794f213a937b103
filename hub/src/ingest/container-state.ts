import type { Column, ContainerFrame } from '@hearst/protocol';
import { inOrder, type Judgement } from '../alerts/judgement.ts';
import type { ContainerStateRow } from '../db/queries/container-state.ts';
import type { PreparedFrame } from './prepare.ts';
import { answered } from './summarize.ts';

/** The metrics of a miner's latest state, but for the uptime, which goes on by itself. */
export const STATE_METRICS = [
  'hashrate_ths',
  'hashrate_expected_ths',
  'power_w',
  'temp_chip_c',
  'temp_board_c',
  'temp_inlet_c',
  'temp_outlet_c',
] as const;
export type StateMetric = (typeof STATE_METRICS)[number];

/** Of a place in `heard`: the miner answered in none of the frames. */
export const NEVER = -1;
/** Of a place in `uptime`: not told; what is stored goes on by the time that has passed. */
export const GOES_ON = Number.NaN;
/** Of a place in `uptime`: the miner is or was silent, so that nothing can be said of it. */
export const BROKEN_OFF = -1;

/**
 * What one frame, or several of a container one after another, say of its latest state: all of the newest, and of the
 * older ones what a newer one does not say again (when a silent miner was last heard, and its uptime).
 */
export interface ContainerState {
  readonly row: ContainerStateRow;
  readonly positions: readonly number[];
  readonly status: readonly number[];
  readonly columns: Readonly<Partial<Record<StateMetric, Column>>>;
  /** By place: ms before `row.at` when the miner last answered, or `NEVER`. */
  readonly heard: Float64Array;
  /** By place: seconds, `GOES_ON` or `BROKEN_OFF`. */
  readonly uptime: Float64Array;
  /** What the rules found in each of the frames that were judged, oldest first. */
  readonly judgements: readonly Judgement[];
}

/** The state that a single frame tells. It holds neither the frame's body nor what is not part of the state. */
export function stateOf({ frame, row, judgement }: PreparedFrame): ContainerState {
  const { body: _, ...state } = row;
  const { positions, status } = frame;
  const heard = new Float64Array(positions.length);
  const uptime = new Float64Array(positions.length);
  const told = frame.columns.uptime_s;
  for (let i = 0; i < positions.length; i++) {
    const here = answered(status[i] ?? 0);
    heard[i] = here ? 0 : NEVER;
    uptime[i] = here ? (told?.[i] ?? GOES_ON) : BROKEN_OFF;
  }
  const judgements = judgement === null ? [] : [judgement];
  return { row: state, positions, status, columns: stateColumns(frame), heard, uptime, judgements };
}

function stateColumns({ columns }: ContainerFrame): ContainerState['columns'] {
  const kept: Partial<Record<StateMetric, Column>> = {};
  for (const name of STATE_METRICS) if (columns[name]) kept[name] = columns[name];
  return kept;
}

/** Whether both speak of the same miners, so that the newer can stand for the older. */
export function sameMiners(a: ContainerState, b: ContainerState): boolean {
  if (a.positions.length !== b.positions.length) return false;
  for (let i = 0; i < a.positions.length; i++) if (a.positions[i] !== b.positions[i]) return false;
  return true;
}

/** The newer of two states of the same miners with what the older, which came before it, adds to it. */
export function supersede(older: ContainerState, newer: ContainerState): ContainerState {
  const passed = newer.row.at - older.row.at;
  const uptime = newer.uptime.map((value, i) => {
    if (!Number.isNaN(value)) return value;
    const before = older.uptime[i] ?? GOES_ON;
    return before >= 0 ? before + passed / 1000 : before;
  });
  return { ...recall(newer, older), uptime };
}

/** A state with what one that came too late adds to it: when miners that are silent now were last heard, what it showed. */
export function recall(newer: ContainerState, late: ContainerState): ContainerState {
  const passed = newer.row.at - late.row.at;
  const heard = newer.heard.map((ms, i) => {
    const before = late.heard[i] ?? NEVER;
    if (before === NEVER || ms === 0) return ms;
    return ms === NEVER ? passed + before : Math.min(ms, passed + before);
  });
  return { ...newer, heard, judgements: inOrder([...late.judgements, ...newer.judgements]) };
}

/** States of one container, oldest first, as few as can stand for all: one, unless its miners changed in between. */
export function folded(states: readonly ContainerState[]): ContainerState[] {
  const kept: ContainerState[] = [];
  for (const state of states) {
    const last = kept.at(-1);
    if (last && sameMiners(last, state)) kept[kept.length - 1] = supersede(last, state);
    else kept.push(state);
  }
  return kept;
}
