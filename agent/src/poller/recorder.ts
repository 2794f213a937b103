import { setMaxListeners } from 'node:events';
import type { AgentEvent } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { OutboxError } from '../outbox/errors.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { eventBatches } from './batches.ts';

/** Where batches go: all of a call in one transaction, or none. */
export interface Keeper {
  append(batches: NewBatch[]): number[];
}

/** Frames that are ready within this time share a transaction, ms. */
const GATHER_MS = 200;
/** How long a refused batch waits before it is offered again, ms. */
const RETRY_MS = 2000;

export interface RecorderOptions {
  keeper: Keeper;
  clock: Clock;
  log: Logger;
  project: string;
  /** The most batches held in memory while the outbox refuses them. */
  hold: number;
}

/**
 * Hands batches to the outbox.
 *
 * - A reading is accepted once the outbox has committed it; nothing here waits for that, and no refusal ever
 *   reaches the poller.
 * - What the outbox refuses is held, offered again every two seconds and with whatever comes new, each batch on
 *   its own so that what fits gets in. Beyond `hold` batches the oldest are given up: counted, and told to the
 *   hub in an event as soon as the outbox takes anything again.
 * - A batch that can never be kept (too large, a bug) is given up at once, and told in the same way.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #stop = new AbortController();
  #fresh: NewBatch[] = [];
  #held: NewBatch[] = [];
  #flushing: Promise<void> | null = null;
  #trouble: string | null = null;
  #untold = { batches: 0, readings: 0 };
  #batches = 0;
  #readings = 0;
  #refusals = 0;
  #lostBatches = 0;
  #lostReadings = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    setMaxListeners(0, this.#stop.signal);
  }

  /** Takes batches; they are on disk within a moment, or held. */
  add(batches: readonly NewBatch[]): void {
    this.#fresh.push(...batches);
    if (batches.length > 0) this.#flushing ??= this.#flushSoon(GATHER_MS);
  }

  /** Offers everything to the outbox now. */
  flush(): void {
    const all = [...this.#held, ...this.#fresh];
    const inOneGo = this.#held.length === 0;
    this.#held = [];
    this.#fresh = [];
    if (all.length > 0 && !(inOneGo && this.#offer(all))) this.#oneByOne(all);
    if (this.#trouble === null) this.#ownUp();
  }

  /** Stops waiting and offers what is left one last time. */
  close(): void {
    this.#stop.abort();
    this.flush();
    this.#giveUp(this.#held.splice(0), 'the agent stops');
  }

  counts() {
    return {
      batches: this.#batches,
      readings: this.#readings,
      refusals: this.#refusals,
      held: this.#held.length,
      lost_batches: this.#lostBatches,
      lost_readings: this.#lostReadings,
      trouble: this.#trouble,
    };
  }

  async #flushSoon(ms: number): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, this.#stop.signal);
    } catch {
      return; // stopped: close() flushes
    }
    this.#flushing = null;
    this.flush();
    if (this.#held.length > 0) this.#flushing ??= this.#flushSoon(RETRY_MS);
  }

  /** Whether the outbox took them. A refusal that waiting cannot mend gives up a batch that stands alone. */
  #offer(batches: NewBatch[]): boolean {
    try {
      this.#options.keeper.append(batches);
    } catch (error) {
      this.#refusals++;
      this.#say(error);
      if (batches.length > 1 || error instanceof OutboxError) return false;
      this.#giveUp(batches, error instanceof Error ? error.message : String(error));
      return true;
    }
    this.#batches += batches.length;
    this.#readings += batches.reduce((sum, batch) => sum + batch.readings, 0);
    if (this.#trouble !== null) {
      this.#options.log.info('the outbox takes readings again');
      this.#trouble = null;
    }
    return true;
  }

  /** Each on its own, until the outbox has refused a few in a row. */
  #oneByOne(batches: NewBatch[]): void {
    let refusals = 0;
    batches.forEach((batch) => {
      if (refusals < PATIENCE && this.#offer([batch])) refusals = 0;
      else {
        refusals++;
        this.#held.push(batch);
      }
    });
    const excess = this.#held.length - this.#options.hold;
    if (excess > 0) this.#giveUp(this.#held.splice(0, excess), 'the outbox refuses and memory is bounded');
  }

  #giveUp(batches: NewBatch[], reason: string): void {
    if (batches.length === 0) return;
    const readings = batches.reduce((sum, batch) => sum + batch.readings, 0);
    this.#lostBatches += batches.length;
    this.#lostReadings += readings;
    this.#untold.batches += batches.length;
    this.#untold.readings += readings;
    this.#options.log.error({ batches: batches.length, readings, reason }, 'readings could not be kept and are lost');
  }

  /** Tells what was given up, once the outbox takes anything again. */
  #ownUp(): void {
    const { batches, readings } = this.#untold;
    if (batches === 0) return;
    this.#untold = { batches: 0, readings: 0 };
    const at = this.#options.clock.wall();
    const message = `${readings} readings in ${batches} batches could not be kept on disk`;
    const data = { batches, readings };
    const event: AgentEvent = { at, code: 'agent.readings_lost', severity: 'critical', subject: null, message, data };
    if (!this.#offer(eventBatches(this.#options.project, [event], at))) this.#untold = { batches, readings };
  }

  /** A repeating refusal is logged when it begins and when it changes. */
  #say(error: unknown): void {
    const trouble = error instanceof OutboxError ? error.code : String(error);
    if (trouble !== this.#trouble)
      this.#options.log.error({ err: error }, 'the outbox refuses readings; they are held in memory');
    this.#trouble = trouble;
  }
}

const PATIENCE = 3;
