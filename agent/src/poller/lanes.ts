import type { Clock } from '../clock.ts';
import type { Pace } from './pace.ts';

/**
 * Who waits for whom. Three lanes, so that no device that is silent or slow ever takes a place from one that
 * answers:
 *
 * - `fast`: devices that answered promptly last time, or were never asked. As many at once as the pace allows.
 *   Whoever stays silent beyond the pace's soft limit is moved to `slow`, its request going on undisturbed.
 * - `slow`: devices known to take their time, Modbus devices, and whoever was moved here.
 * - `probe`: devices known to be dead, asked now and then whether they are back.
 */
export type LaneName = 'fast' | 'slow' | 'probe';

/** One request: resolves when the device has answered or failed, never rejects. */
export type Work = () => Promise<void>;

/** How many requests begin before the queue is closed up behind them. */
const CLOSE_UP_EVERY = 1024;

/**
 * A queue with a bound on how many run at once. It lets go of what it gave out even when it never runs empty, as
 * on a machine that is always late.
 */
class Lane {
  readonly limit: () => number;
  readonly running = new Set<Running>();
  readonly #queue: (Work | undefined)[] = [];
  #head = 0;

  constructor(limit: () => number) {
    this.limit = limit;
  }

  push(work: Work): void {
    this.#queue.push(work);
  }

  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** The next request that may start now. */
  take(): Work | undefined {
    if (this.waiting === 0 || this.running.size >= this.limit()) return undefined;
    const work = this.#queue[this.#head];
    this.#queue[this.#head++] = undefined;
    if (this.#head === CLOSE_UP_EVERY || this.waiting === 0) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    return work;
  }
}

interface Running {
  since: number;
  /** Null once its place was given away for good (see `giveUpMs`). */
  lane: Lane | null;
}

/** How often silent requests are looked for, ms. */
const WATCH_MS = 50;

export interface LaneOptions {
  clock: Clock;
  pace: Pace;
  /** The most requests in the slow lane. */
  slow?: number;
  /** The most requests in the probe lane. */
  probes?: number;
  /** A request that has not ended by then lost its driver: its place is freed, ms. */
  giveUpMs: number;
}

export class Lanes {
  readonly #lanes: Record<LaneName, Lane>;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #giveUpMs: number;
  #watching = false;
  /** Requests whose driver never came back. */
  abandoned = 0;

  constructor({ clock, pace, slow = 2048, probes = 512, giveUpMs }: LaneOptions) {
    this.#clock = clock;
    this.#pace = pace;
    this.#giveUpMs = giveUpMs;
    this.#lanes = { fast: new Lane(() => pace.limit), slow: new Lane(() => slow), probe: new Lane(() => probes) };
  }

  /** Runs the request as soon as its lane has room. */
  submit(name: LaneName, work: Work): void {
    const lane = this.#lanes[name];
    lane.push(work);
    this.#pump(lane);
  }

  /** How many requests run and wait in each lane. */
  load(): Record<LaneName, { running: number; waiting: number }> {
    const of = ({ running, waiting }: Lane) => ({ running: running.size, waiting });
    return { fast: of(this.#lanes.fast), slow: of(this.#lanes.slow), probe: of(this.#lanes.probe) };
  }

  #pump(lane: Lane): void {
    for (let work = lane.take(); work; work = lane.take()) {
      const running: Running = { since: this.#clock.mono(), lane };
      lane.running.add(running);
      void work().finally(() => this.#leave(running));
    }
    if (!this.#watching) void this.#watch();
  }

  #leave(running: Running): void {
    const { lane } = running;
    running.lane = null;
    if (lane?.running.delete(running)) this.#pump(lane);
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    while (Object.values(this.#lanes).some((lane) => lane.running.size > 0)) {
      await this.#clock.sleep(WATCH_MS);
      this.#moveSilent();
      this.#giveUp();
    }
    this.#watching = false;
  }

  /** A set remembers the order of insertion, so the oldest requests come first and the walk ends early. */
  #moveSilent(): void {
    const { fast, slow } = this.#lanes;
    const before = this.#clock.mono() - this.#pace.softMs;
    for (const running of fast.running) {
      if (running.since > before || slow.running.size >= slow.limit()) break;
      fast.running.delete(running);
      slow.running.add(running);
      running.lane = slow;
    }
    this.#pump(fast);
  }

  #giveUp(): void {
    const before = this.#clock.mono() - this.#giveUpMs;
    for (const lane of [this.#lanes.slow, this.#lanes.probe]) {
      for (const running of lane.running) {
        if (running.since > before) continue;
        this.abandoned++;
        this.#leave(running);
      }
    }
  }
}
