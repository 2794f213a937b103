import { type ContainerFrame, type MetricName, minerIdOf } from '@hearst/protocol';
import { float8Array, int4Array, type TextElements, textElements } from '../db/queries/arrays.ts';
import type { ContainerFrameRow } from '../db/queries/container-frames.ts';
import type { MinerColumns, MinerGrid } from '../db/queries/miner-state.ts';
import { answered } from './summarize.ts';

const MAX_CONTAINERS = 10_000;

/** The ids of a container's miners, encoded once: every poll names the same ones. */
export class MinerIds {
  readonly #known = new Map<string, { positions: readonly number[]; elements: TextElements }>();

  of(container: string, positions: readonly number[]): TextElements {
    const known = this.#known.get(container);
    if (known && sameNumbers(known.positions, positions)) return known.elements;
    const elements = textElements(positions.map((position) => minerIdOf(container, position)));
    if (this.#known.size >= MAX_CONTAINERS) this.#known.clear();
    this.#known.set(container, { positions, elements });
    return elements;
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Several frames' miners behind one another. Values of a miner that did not answer are null whatever was sent. */
export function minerColumns(
  entries: readonly { frame: ContainerFrame; row: ContainerFrameRow }[],
  ids: MinerIds,
): MinerColumns {
  const frames = entries.map((entry) => entry.frame);
  const index: number[] = [];
  const position: number[] = [];
  const status: number[] = [];
  const heard: number[] = [];
  frames.forEach((frame, f) => {
    for (let i = 0; i < frame.positions.length; i++) {
      const code = frame.status[i] ?? 0;
      index.push(f);
      position.push(frame.positions[i] ?? 0);
      status.push(code);
      heard.push(answered(code) ? 1 : 0);
    }
  });
  const metric = (name: MetricName): Buffer => {
    const values: (number | null)[] = [];
    for (const frame of frames) {
      const column = frame.columns[name];
      for (let i = 0; i < frame.positions.length; i++) {
        values.push(heard[values.length] === 1 ? (column?.[i] ?? null) : null);
      }
    }
    return float8Array(values);
  };
  return {
    ids: frames.map((frame) => ids.of(frame.container, frame.positions)),
    frame: int4Array(index),
    position: int4Array(position),
    status: int4Array(status),
    answered: int4Array(heard),
    hashrateTh: metric('hashrate_ths'),
    hashrateExpectedTh: metric('hashrate_expected_ths'),
    powerW: metric('power_w'),
    tempChipC: metric('temp_chip_c'),
    tempBoardC: metric('temp_board_c'),
    tempInletC: metric('temp_inlet_c'),
    tempOutletC: metric('temp_outlet_c'),
    uptimeS: metric('uptime_s'),
    containers: frames.map((frame) => frame.container),
    times: entries.map((entry) => entry.row.at),
  };
}

/** Frames with few of many positions would make large, empty grids. */
const SPARSE = 4;

/** The frames' miners as a grid, or null where their positions are too sparse for one. */
export function minerGrid(entries: readonly { frame: ContainerFrame; row: ContainerFrameRow }[]): MinerGrid | null {
  const frames = entries.map((entry) => entry.frame);
  const offsets: number[] = [];
  const sizes: number[] = [];
  let total = 0;
  for (const { positions } of frames) {
    const size = positions.at(-1) ?? 0;
    if (size > SPARSE * positions.length + 64) return null;
    offsets.push(total);
    sizes.push(size);
    total += size;
  }
  const status = new Array<number>(total).fill(-1);
  frames.forEach((frame, f) => {
    const first = (offsets[f] ?? 0) - 1;
    for (let i = 0; i < frame.positions.length; i++) status[first + (frame.positions[i] ?? 0)] = frame.status[i] ?? 0;
  });
  const metric = (name: MetricName): Buffer => {
    const values = new Array<number>(total).fill(Number.NaN);
    frames.forEach((frame, f) => {
      const column = frame.columns[name];
      if (!column) return;
      const first = (offsets[f] ?? 0) - 1;
      for (let i = 0; i < column.length; i++) {
        const place = first + (frame.positions[i] ?? 0);
        if (answered(status[place] ?? -1)) values[place] = column[i] ?? Number.NaN;
      }
    });
    return float8Array(values);
  };
  return {
    containers: frames.map((frame) => frame.container),
    times: entries.map((entry) => entry.row.at),
    offsets,
    sizes,
    status: int4Array(status),
    hashrateTh: metric('hashrate_ths'),
    hashrateExpectedTh: metric('hashrate_expected_ths'),
    powerW: metric('power_w'),
    tempChipC: metric('temp_chip_c'),
    tempBoardC: metric('temp_board_c'),
    tempInletC: metric('temp_inlet_c'),
    tempOutletC: metric('temp_outlet_c'),
    uptimeS: metric('uptime_s'),
  };
}
