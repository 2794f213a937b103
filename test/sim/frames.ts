import {
  BOARD_METRICS,
  type BoardColumns,
  type BoardMetric,
  type Column,
  type Columns,
  type ContainerFrame,
  type FramePools,
  isSlow,
  type MeterFrame,
  type MetricName,
  type MinerStatus,
  statusCode,
} from '@hearst/protocol';
import type { Layout } from './layout.ts';
import {
  CHAINS,
  CHIPS_PER_CHAIN,
  chainErrors,
  coolerBy,
  emptySample,
  FREQUENCY,
  type MinerSample,
  type Physics,
} from './physics.ts';
import { poolOf } from './replies.ts';

/**
 * Frames as an agent would have taken them at any moment, without sockets: what a day looks like that was recorded
 * while the line was down.
 */
export interface Recorder {
  layout: Layout;
  physics: Physics;
}

/** As the agent does: counters, long averages and pools with every fifth poll, each container at its own turn. */
const EXTRAS_EVERY = 5;
/** And boards with every tenth. */
const BOARDS_EVERY = 10;

const COLUMNS = {
  hashrate_ths: (m) => fourDigits(m.hashrateThs),
  hashrate_avg_ths: (m) => fourDigits(m.averageThs),
  hashrate_expected_ths: (m) => m.kind.ths,
  power_w: (m) => Math.round(m.watts),
  power_estimated: () => 0,
  temp_chip_c: (m) => m.chipC,
  temp_board_c: (m) => m.boardC,
  temp_inlet_c: (m) => m.inletC,
  temp_outlet_c: (m) => m.outletC,
  boards_active: (m) => (m.state === 'hashing' ? m.boards : 0),
  hw_errors: (m) => m.hwErrors,
  uptime_s: (m) => m.uptimeS,
  shares_accepted: (m) => m.sharesAccepted,
} satisfies Partial<Record<keyof Columns, (m: MinerSample) => number>>;

/** What is told of a board that is there. */
const ON_BOARD = {
  hashrate_ths: (m, chain) => Number(((m.chainGhs[chain] ?? 0) / 1000).toPrecision(3)),
  temp_chip_c: (m, chain) => m.chipC - coolerBy(m, chain),
  temp_board_c: (m) => m.boardC,
  temp_inlet_c: (m) => m.inletC,
  temp_outlet_c: (m) => m.outletC,
  hw_errors: (m, chain) => chainErrors(m.hwErrors, chain),
  frequency_mhz: () => FREQUENCY,
  chips_active: (m) => (m.state === 'hashing' ? CHIPS_PER_CHAIN : 0),
} satisfies Record<BoardMetric, (m: MinerSample, chain: number) => number>;

/** A missing board hashes nothing, and all else of it is unknown. */
function boardsOf(name: BoardMetric, sample: MinerSample): (number | null)[] {
  const boards: (number | null)[] = [];
  for (let chain = 0; chain < CHAINS; chain++) {
    if (chain < sample.boards) boards.push(ON_BOARD[name](sample, chain));
    else boards.push(name === 'hashrate_ths' ? 0 : null);
  }
  return boards;
}

/** One container's frame; a miner that does not answer is `offline` with nulls. */
export function containerFrameAt(site: Recorder, container: number, at: number, intervalS: number): ContainerFrame {
  const { layout, physics } = site;
  const size = layout.minersPerContainer;
  const positions = Array.from({ length: size }, (_, i) => i + 1);
  const status: number[] = [];
  const columns: Columns = {};
  const turn = Math.round(at / 1000 / intervalS) + container;
  const extras = turn % EXTRAS_EVERY === 0;
  const boards: BoardColumns | null = turn % BOARDS_EVERY === 0 ? {} : null;
  const pools: FramePools | null = extras ? { list: [], of: new Array(size).fill(null) } : null;
  const given = Object.entries(COLUMNS).filter(([name]) => extras || !isSlow(name as MetricName));
  const filled = given.map(([name, of]) => {
    const column: Column = new Array(size).fill(null);
    columns[name as keyof typeof COLUMNS] = column;
    return { column, of };
  });
  const sample = emptySample();
  for (let i = 0; i < size; i++) {
    physics.miner(layout.indexOf(container, i + 1), at, sample);
    const seen = statusOf(sample);
    status.push(statusCode(seen));
    if (seen === 'offline') continue;
    for (const { column, of } of filled) column[i] = of(sample);
    if (pools !== null) pools.of[i] = placeOf(pools.list, poolOf(sample));
    if (boards === null) continue;
    for (const name of BOARD_METRICS) {
      boards[name] ??= new Array(size).fill(null);
      boards[name][i] = boardsOf(name, sample);
    }
  }
  const cooling = physics.cooling(container, at);
  return {
    kind: 'container',
    project: layout.projectId,
    container: layout.containerId(container),
    at,
    interval_s: intervalS,
    positions,
    status,
    columns,
    ...(boards && { boards }),
    ...(pools && pools.list.length > 0 && { pools }),
    cooling,
    cooling_expected: true,
  };
}

export function meterFrameAt(site: Recorder, transformer: number, at: number, intervalS: number): MeterFrame {
  const { layout, physics } = site;
  return {
    kind: 'meter',
    project: layout.projectId,
    meter: layout.meterId(transformer),
    transformer: layout.transformerId(transformer),
    at,
    interval_s: intervalS,
    values: physics.meter(transformer, at),
  };
}

function placeOf(list: FramePools['list'], pool: FramePools['list'][number]): number {
  const known = list.findIndex(({ url, worker }) => url === pool.url && worker === pool.worker);
  return known >= 0 ? known : list.push(pool) - 1;
}

function statusOf(miner: MinerSample): MinerStatus {
  if (miner.reach !== 'answers') return 'offline';
  if (miner.state === 'asleep') return 'sleeping';
  if (miner.hashrateThs <= 0) return 'idle';
  return miner.boards < CHAINS || miner.hashrateThs < 0.8 * miner.kind.ths ? 'degraded' : 'hashing';
}

const fourDigits = (rate: number): number => Number(rate.toPrecision(4));
