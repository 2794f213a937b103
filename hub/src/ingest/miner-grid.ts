import { float8Array, int4Array } from '../db/queries/arrays.ts';
import type { MinerGrid } from '../db/queries/miner-state.ts';
import { type ContainerState, NEVER, type StateMetric } from './container-state.ts';
import { answered } from './summarize.ts';

/** Positions further apart than this lie in two runs: a grid has a place for every position between. */
const MOST_GAP = 64;

/** The states' miners as a grid. Values of a miner that did not answer are unknown whatever was sent. */
export function minerGrid(states: readonly ContainerState[]): MinerGrid {
  const containers: string[] = [];
  const times: number[] = [];
  const offsets: number[] = [];
  const lows: number[] = [];
  const highs: number[] = [];
  /** By state and index: the place in the grid, from 0. */
  const places: Int32Array[] = [];
  let total = 0;
  for (const { row, positions } of states) {
    const place = new Int32Array(positions.length);
    let first = 0;
    positions.forEach((position, i) => {
      const before = positions[i - 1];
      if (before === undefined || position - before > MOST_GAP) {
        containers.push(row.containerId);
        times.push(row.at);
        first = total - position;
        offsets.push(first + 1); // arrays of Postgres count from 1
        lows.push(position);
        highs.push(position);
      }
      highs[highs.length - 1] = position;
      place[i] = first + position;
      total = first + position + 1;
    });
    places.push(place);
  }
  const column = (nothing: number, of: (state: ContainerState, i: number) => number): number[] => {
    const values = new Array<number>(total).fill(nothing);
    states.forEach((state, s) => {
      const place = places[s] as Int32Array;
      for (let i = 0; i < place.length; i++) values[place[i] as number] = of(state, i);
    });
    return values;
  };
  const metric = (name: StateMetric): Buffer =>
    float8Array(
      column(Number.NaN, ({ columns, status }, i) =>
        answered(status[i] ?? 0) ? (columns[name]?.[i] ?? Number.NaN) : Number.NaN,
      ),
    );
  return {
    containers,
    times,
    offsets,
    lows,
    highs,
    status: int4Array(column(-1, ({ status }, i) => status[i] ?? 0)),
    heard: float8Array(column(NEVER, ({ heard }, i) => heard[i] ?? NEVER)),
    uptimeS: float8Array(column(Number.NaN, ({ uptime }, i) => uptime[i] ?? Number.NaN)),
    hashrateTh: metric('hashrate_ths'),
    hashrateExpectedTh: metric('hashrate_expected_ths'),
    powerW: metric('power_w'),
    tempChipC: metric('temp_chip_c'),
    tempBoardC: metric('temp_board_c'),
    tempInletC: metric('temp_inlet_c'),
    tempOutletC: metric('temp_outlet_c'),
  };
}
