import type { Clock } from '../clock.ts';

/** A step of the wall clock below this is not worth an event, ms. */
const STEP_MS = 2000;

/**
 * Notices when the wall clock and the monotonic clock disagree by more than 2 s since the last look: somebody
 * set the clock, or the machine slept. Slow corrections (NTP slewing) pass unnoticed.
 */
export class ClockWatch {
  readonly #clock: Clock;
  #difference: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#difference = clock.wall() - clock.mono();
  }

  /** How far the wall clock has stepped since the last look, ms; undefined when it has not. */
  step(): number | undefined {
    const difference = this.#clock.wall() - this.#clock.mono();
    const step = difference - this.#difference;
    this.#difference = difference;
    return Math.abs(step) > STEP_MS ? Math.round(step) : undefined;
  }
}
