import type { DoctorReport } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Check, Examination } from './check.ts';
import { examine } from './examine.ts';
import { Holds } from './holds.ts';
import { reportOf } from './travel.ts';
import type { Trend, View } from './view.ts';

/** What the trend is made of, as it is at a moment. */
export interface Levels {
  skipped: number;
  batches: number;
  bytes: number;
}

export interface DoctorOptions {
  checks: readonly Check[];
  clock: Clock;
  log: Logger;
  /** Gathers what the checks look at; `now`: somebody waits for it, so nothing old will do. */
  look: (trend: Trend | null, now: boolean) => Promise<View>;
  /** Null where they cannot be told. */
  levels: () => Levels | null;
  /** How often it looks by itself, ms; 30 s. */
  everyMs?: number;
}

/** How far back the trend reaches, ms. */
const TREND_MS = 600_000;
/** An examination this fresh is given to whoever asks again, ms. */
const FRESH_MS = 2000;

/**
 * The doctor of a running agent: looks around every half a minute, shows what has been wrong for long enough, and
 * remembers what it said. A fault of its own is logged and changes nothing else.
 */
export class Doctor {
  readonly #options: DoctorOptions;
  readonly #stop = new AbortController();
  readonly #holds: Holds;
  #samples: { mono: number; levels: Levels }[] = [];
  #last: { examination: Examination; mono: number } | null = null;
  #running: Promise<Examination> | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: DoctorOptions) {
    this.#options = options;
    this.#holds = new Holds(options.checks);
  }

  start(): void {
    this.#loop = this.#rounds();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** What it said last; null before the first round. */
  get last(): Examination | null {
    return this.#last?.examination ?? null;
  }

  /** What the hub hears of it; null before the first round. */
  report(): DoctorReport | null {
    return this.#last && reportOf(this.#last.examination);
  }

  /** Looks right now, unless it just did. */
  async examineNow(): Promise<Examination> {
    const { clock } = this.#options;
    if (this.#last && clock.mono() - this.#last.mono < FRESH_MS) return this.#last.examination;
    return this.#examine(true);
  }

  async #rounds(): Promise<void> {
    const { clock, log, everyMs = 30_000 } = this.#options;
    const { signal } = this.#stop;
    // The first round comes early, so that the list is not empty for long; by then a poll has been made.
    for (let wait = Math.min(5000, everyMs); ; wait = everyMs) {
      await clock.sleep(wait, signal).catch(() => undefined); // ends early when stopped
      if (signal.aborted) return;
      await this.#examine(false).catch((error: unknown) => {
        log.error({ err: error }, 'the doctor could not look; nothing else is affected');
      });
    }
  }

  /** One at a time: who asks meanwhile gets the same answer. */
  #examine(now: boolean): Promise<Examination> {
    this.#running ??= this.#look(now).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #look(now: boolean): Promise<Examination> {
    const { checks, clock, look } = this.#options;
    const view = await look(this.#trend(), now);
    const mono = clock.mono();
    const examination = this.#holds.apply(examine(checks, view), mono);
    this.#last = { examination, mono };
    return examination;
  }

  #trend(): Trend | null {
    const { clock, levels } = this.#options;
    const mono = clock.mono();
    const current = levels();
    if (current === null) return null;
    this.#samples = [...this.#samples.filter((sample) => mono - sample.mono <= TREND_MS), { mono, levels: current }];
    const [oldest] = this.#samples;
    if (!oldest || oldest.mono === mono) return null;
    return {
      s: (mono - oldest.mono) / 1000,
      skipped: current.skipped - oldest.levels.skipped,
      batches: current.batches - oldest.levels.batches,
      bytes: current.bytes - oldest.levels.bytes,
    };
  }
}
