import type { Logger } from 'pino';
import { DeviceError } from '../drivers/driver.ts';

/**
 * Counts what devices did wrong, and keeps a bug in a driver from being more than a count: one device's
 * trouble is never anybody else's. A new kind of driver fault is logged once, then every thousandth time.
 */
export class Tally {
  readonly #log: Logger;
  readonly #refusals = new Map<string, number>();
  readonly #repairs = new Map<string, number>();
  readonly #faults = new Map<string, number>();

  #struck = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A device gave no reading. */
  failed(device: string, reason: unknown): void {
    if (reason instanceof DeviceError) {
      bump(this.#refusals, reason.code);
      return;
    }
    const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
    const kind = text.replace(/\d+/g, '#').slice(0, 120);
    if (this.#faults.size > MAX_KINDS && !this.#faults.has(kind)) return;
    const times = bump(this.#faults, kind);
    if (times === 1 || times % 1000 === 0) {
      this.#log.error(
        { err: reason, device, times },
        'a driver failed in a way it should not; the device counts as silent',
      );
    }
  }

  /** A reply was mended. */
  repaired(names: readonly string[]): void {
    for (const name of names) bump(this.#repairs, name);
  }

  /** Values that cannot be true were struck out. */
  struck(values: number): void {
    this.#struck += values;
  }

  /** By error code, by name of the repair, by kind of driver fault. */
  counts(): {
    refusals: Record<string, number>;
    repairs: Record<string, number>;
    faults: Record<string, number>;
    implausible: number;
  } {
    return {
      refusals: Object.fromEntries(this.#refusals),
      repairs: Object.fromEntries(this.#repairs),
      faults: Object.fromEntries(this.#faults),
      implausible: this.#struck,
    };
  }
}

const MAX_KINDS = 100;

function bump(map: Map<string, number>, key: string): number {
  const times = (map.get(key) ?? 0) + 1;
  map.set(key, times);
  return times;
}
