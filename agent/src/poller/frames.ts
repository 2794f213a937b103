import {
  type BoardColumns,
  type BoardMetric,
  type BoardValues,
  type Columns,
  type ContainerFrame,
  isBoardMetric,
  isPlausible,
  isSlow,
  METRICS,
  type MeterFrame,
  type MetricName,
  type MetricSubject,
  metricOf,
  plausibleOnBoard,
  statusCode,
  type Values,
} from '@hearst/protocol';
import type { MinerReading } from '../drivers/driver.ts';
import { PoolList } from './pools.ts';

const OFFLINE = statusCode('offline');
const UNKNOWN = statusCode('unknown');

export interface FrameHead {
  project: string;
  /** When the poll began, ms since 1970 UTC. */
  at: number;
  intervalMs: number;
}

/**
 * One poll of one container in the making. Readings are taken apart as they come and kept as plain columns of
 * numbers, so that a sweep of many thousand miners holds a few MB and not their objects.
 */
export class ContainerFrameBuilder {
  readonly #status: Uint8Array;
  /** NaN where nothing was given. */
  readonly #columns = new Map<MetricName, Float64Array>();
  /** Null when this poll is not one that tells boards. */
  readonly #boards: BoardColumns | null;
  /** Null when this poll does not ask for them. */
  readonly #pools: PoolList | null;
  #answering = 0;

  constructor(miners: number, { boards, pools }: { boards: boolean; pools: boolean }) {
    this.#status = new Uint8Array(miners).fill(OFFLINE);
    this.#boards = boards ? {} : null;
    this.#pools = pools ? new PoolList(miners) : null;
  }

  /** How many miners have answered so far. */
  get answering(): number {
    return this.#answering;
  }

  /** Whether the miner at position `index + 1` has answered. */
  hasAnswered(index: number): boolean {
    return this.#status[index] !== OFFLINE;
  }

  /** What answered at position `index + 1` is not its miner: nothing is known of that. */
  withhold(index: number): void {
    if (!this.hasAnswered(index)) return;
    this.#answering--;
    this.#status[index] = UNKNOWN;
    for (const column of this.#columns.values()) column[index] = Number.NaN;
    for (const column of Object.values(this.#boards ?? {})) column[index] = null;
    this.#pools?.withhold(index);
  }

  /** The miner at position `index + 1` answered. */
  take(index: number, reading: MinerReading): void {
    this.#answering++;
    this.#status[index] = statusCode(reading.status);
    for (const name in reading.values) {
      const value = believed('miner', name, reading.values[name as MetricName]);
      if (value !== null) this.#column(name as MetricName)[index] = value;
    }
    if (this.#boards !== null && reading.boards !== undefined) this.#takeBoards(this.#boards, index, reading.boards);
    if (reading.pool !== null) this.#pools?.take(index, reading.pool);
  }

  /**
   * The frame. Miners that never answered stand in it as `offline`, with null in every column; a metric that no
   * miner gave is left out, and so are counters and long averages (`isSlow`) unless they are wanted. Boards one by one
   * and pools only where the builder was made for them and a miner told any.
   */
  frame({ project, at, intervalMs }: FrameHead, { container, cooling, counters }: FrameParts): ContainerFrame {
    const columns: Columns = {};
    for (const [name, column] of this.#columns) {
      if ((isSlow(name) && !counters) || column.every(Number.isNaN)) continue;
      const round = METRICS[name].unit === 'TH/s' ? fourDigits : asIs;
      columns[name] = Array.from(column, (value) => (Number.isNaN(value) ? null : round(value)));
    }
    const pools = this.#pools?.told();
    return {
      kind: 'container',
      project,
      container,
      at,
      interval_s: intervalMs / 1000,
      positions: Array.from(this.#status, (_, i) => i + 1),
      status: Array.from(this.#status),
      columns,
      ...(this.#boards && Object.keys(this.#boards).length > 0 && { boards: this.#boards }),
      ...(pools && { pools }),
      cooling: cooling.values && believedValues('cooling', cooling.values),
      cooling_expected: cooling.expected,
    };
  }

  #takeBoards(columns: BoardColumns, index: number, boards: BoardValues): void {
    for (const [name, values] of Object.entries(boards)) {
      if (!isBoardMetric(name)) continue;
      columns[name] ??= Array.from(this.#status, () => null);
      columns[name][index] = values.map((value) => onBoard(name, value));
    }
  }

  #column(name: MetricName): Float64Array {
    let column = this.#columns.get(name);
    if (!column) {
      column = new Float64Array(this.#status.length).fill(Number.NaN);
      this.#columns.set(name, column);
    }
    return column;
  }
}

/** Rates to 0.02 %, finer than any of them is known: 473.2, 13.58. Each digit more is 8 % of a frame's bytes. */
const fourDigits = (rate: number): number => Number(rate.toPrecision(4));
const asIs = (value: number): number => value;

/** Rates of boards to 0.3 %: they jump by more from poll to poll, and there are three times as many. */
function onBoard(name: BoardMetric, told: number | null): number | null {
  const value = plausibleOnBoard(name, told);
  return value !== null && METRICS[name].unit === 'TH/s' ? Number(value.toPrecision(3)) : value;
}

/** What a frame is made of besides its miners. */
export interface FrameParts {
  container: string;
  cooling: CoolingPart;
  /** Whether the counters go along: they say little new each minute and are a third of a frame's bytes. */
  counters: boolean;
}

/** The cooling loop in a container's frame: whether there is a controller, and what it gave (null: silent). */
export interface CoolingPart {
  expected: boolean;
  values: Values | null;
}

/** One poll of one meter; `values` null when it was silent. */
export function meterFrame(
  { project, at, intervalMs }: FrameHead,
  meter: { id: string; transformer: string | null },
  values: Values | null,
): MeterFrame {
  return {
    kind: 'meter',
    project,
    meter: meter.id,
    transformer: meter.transformer,
    at,
    interval_s: intervalMs / 1000,
    values: values && believedValues('meter', values),
  };
}

/** Drivers strike out what cannot be true; this is the last look before it is kept for ever. */
function believed(of: MetricSubject, name: string, value: number | null | undefined): number | null {
  const metric = metricOf(name);
  return metric?.of === of && typeof value === 'number' && isPlausible(metric, value) ? value : null;
}

function believedValues(of: MetricSubject, values: Values): Values {
  const out: Values = {};
  for (const name of Object.keys(values) as MetricName[]) {
    if (METRICS[name]?.of === of) out[name] = believed(of, name, values[name]);
  }
  return out;
}
