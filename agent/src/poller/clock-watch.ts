import type { Clock } from '../clock.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { eventBatches } from './batches.ts';

/** A step of the wall clock worth telling, ms. */
const STEP_MS = 2000;

/** Notices when the wall clock and the monotonic clock part: somebody set the clock. */
export class ClockWatch {
  readonly #clock: Clock;
  #difference: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#difference = clock.wall() - clock.mono();
  }

  /** The event for a step since the last look; nothing for none. */
  look(project: string): NewBatch[] {
    const at = this.#clock.wall();
    const step = at - this.#clock.mono() - this.#difference;
    if (Math.abs(step) <= STEP_MS) return [];
    this.#difference += step;
    const seconds = Math.round(step / 1000);
    const message = `the clock was set ${Math.abs(seconds)} s ${seconds < 0 ? 'back' : 'forward'}`;
    return eventBatches(
      project,
      [
        {
          at,
          code: 'agent.clock_stepped',
          severity: 'warning',
          subject: null,
          message,
          data: { step_ms: Math.round(step) },
        },
      ],
      at,
    );
  }
}
