import type { Clock } from '../clock.ts';
import type { Device } from './device.ts';
import type { LaneName, Lanes } from './lanes.ts';
import type { Pace } from './pace.ts';

/** How long a frame whose live devices are through still waits for probes of dead ones, ms. */
const PROBE_GRACE_MS = 250;
/** Added to the deadline of a frame, so that a device's own deadline speaks first, ms. */
const DEADLINE_MARGIN_MS = 500;

export interface Request<T> {
  devices: readonly Device<T>[];
  /** Where devices that are well are asked. */
  lane: LaneName;
  /** Asks one device; rejects when it gives no reading. */
  read(device: Device<T>): Promise<T>;
  /** Takes the reading of `devices[index]`; never called once `gather` has ended. */
  take(index: number, reading: T): void;
  /** Called for every device that gave none, with the reason. */
  failed(device: Device<T>, reason: unknown): void;
  /** How long one device may take once it is asked, ms. */
  deadlineMs: number;
}

/**
 * Asks many devices at once and hands over what each gave, as it comes. Never rejects.
 *
 * - A device that is still busy with an earlier request is not asked again: what that request brings counts.
 * - The wait ends when every device that may answer has answered or failed, at the latest `deadlineMs` after
 *   the last of them was asked; then a moment more for dead ones that are being probed.
 * - What comes later still updates the device's state, so the next poll knows.
 */
export class Gatherer {
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  readonly #pace: Pace;

  constructor({ clock, lanes, pace }: { clock: Clock; lanes: Lanes; pace: Pace }) {
    this.#clock = clock;
    this.#lanes = lanes;
    this.#pace = pace;
  }

  async gather<T>(request: Request<T>): Promise<void> {
    const { devices } = request;
    const asked = new Countdown();
    const awaited = new Countdown();
    const probed = new Countdown();
    let open = true;
    devices.forEach((device, i) => {
      const probe = device.dead;
      const wait = probe ? probed : awaited;
      let answer = device.inFlight;
      if (!answer) {
        const lane = device.plan(request.lane);
        if (!lane) return;
        if (!probe) asked.add();
        answer = this.#ask(request, device, lane, probe ? null : asked);
      }
      wait.add();
      void answer.then((result) => {
        if (open && result !== null) request.take(i, result);
        wait.done();
      });
    });
    await this.#within(awaited.zero(), request.deadlineMs + DEADLINE_MARGIN_MS, asked.zero());
    await this.#within(probed.zero(), PROBE_GRACE_MS);
    open = false;
  }

  #ask<T>(request: Request<T>, device: Device<T>, lane: LaneName, asked: Countdown | null): Promise<T | null> {
    const { promise, resolve } = Promise.withResolvers<T | null>();
    device.inFlight = promise;
    this.#lanes.submit(lane, async () => {
      asked?.done();
      const begun = this.#clock.mono();
      const wasAlive = device.alive;
      let result: T | null = null;
      try {
        result = await request.read(device);
        const took = this.#clock.mono() - begun;
        if (lane === 'fast') this.#pace.answered(took);
        device.answered(took, this.#pace.softMs);
      } catch (reason) {
        if (wasAlive && lane === 'fast' && this.#clock.mono() - begun > this.#pace.softMs) this.#pace.lost();
        device.missed();
        request.failed(device, reason);
      }
      device.inFlight = null;
      resolve(result);
    });
    return promise;
  }

  /** Waits for `done`, at most `ms` from the moment `from` has come. */
  async #within(done: Promise<void> | null, ms: number, from: Promise<void> | null = null): Promise<void> {
    if (!done) return;
    const timer = new AbortController();
    const deadline = (from ?? Promise.resolve()).then(() => this.#clock.sleep(ms, timer.signal)).catch(() => undefined);
    await Promise.race([done, deadline]);
    timer.abort();
  }
}

/** Counts things begun and done; says when none is left. */
class Countdown {
  #left = 0;
  #zero: PromiseWithResolvers<void> | null = null;

  add(): void {
    this.#left++;
  }

  done(): void {
    this.#left--;
    if (this.#left === 0) this.#zero?.resolve();
  }

  /** A promise for the moment nothing is left; null when that is now. */
  zero(): Promise<void> | null {
    if (this.#left === 0) return null;
    this.#zero = Promise.withResolvers<void>();
    return this.#zero.promise;
  }
}
