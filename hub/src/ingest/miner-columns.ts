import { type ContainerFrame, type MetricName, minerIdOf } from '@hearst/protocol';
import { float8Array, int4Array, type TextElements, textElements } from '../db/queries/arrays.ts';
import type { ContainerFrameRow, MinerColumns } from '../db/queries/ingest.ts';
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
