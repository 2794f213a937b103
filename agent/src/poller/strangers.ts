import { DeviceError, type DeviceErrorCode } from '../drivers/driver.ts';

/** What something says that is there and is no miner: bytes that are no reply, or a reply without a hash rate. */
const NOT_A_MINER: ReadonlySet<DeviceErrorCode> = new Set(['malformed', 'unsupported', 'wrong_device']);
/** So often in a row, lest a reply that was cut short makes a stranger of a miner. */
const IN_A_ROW = 3;
/** It is told again while it lasts: the hub takes it to go on for an hour, ms. */
const AGAIN_MS = 50 * 60_000;

/** Addresses of the site file at which something answers that no definition recognises. */
export class Strangers {
  readonly #met = new Map<string, { times: number; toldAt: number }>();

  /** A slot gave a reading. */
  known(slot: string): void {
    this.#met.delete(slot);
  }

  /** A slot gave none. What was wrong with the answer when it is to be told, else null. */
  failed(slot: string, reason: unknown, now: number): string | null {
    if (!(reason instanceof DeviceError) || !NOT_A_MINER.has(reason.code)) return null;
    const met = this.#met.get(slot) ?? { times: 0, toldAt: Number.NEGATIVE_INFINITY };
    this.#met.set(slot, met);
    met.times++;
    if (met.times < IN_A_ROW || now - met.toldAt < AGAIN_MS) return null;
    met.toldAt = now;
    return reason.message;
  }
}
