import { safeText } from '@hearst/protocol';
import type { DeviceAddress, MinerIdentity, MinerReading } from '../drivers/driver.ts';
import { Device } from './device.ts';

/** What a reading says that the readings before it did not. */
export interface SlotNews {
  /** Some part of the identity was learnt or is another one. */
  learnt: boolean;
  /** The mining process started again since the last reading. */
  restarted: boolean;
}

/** A miner's place in its container, and what is known of the hardware in it. */
export class Slot {
  readonly position: number;
  readonly address: DeviceAddress;
  readonly device: Device<MinerReading>;
  /** Whether the next request asks for `version` too: at the start, and after a restart of the miner. */
  wantsVersion = true;
  identity: MinerIdentity = { model: null, serial: null, mac: null, firmware: null };
  /** Which definition read it last; null until it has answered once. */
  definition: string | null = null;
  #uptime: number | null = null;

  constructor(id: string, position: number, address: DeviceAddress) {
    this.position = position;
    this.address = address;
    this.device = new Device(id, position);
  }

  /** Takes note of a reading. What a device does not say leaves what is known unchanged. */
  observe(reading: MinerReading): SlotNews {
    const uptime = reading.values.uptime_s ?? null;
    const restarted = uptime !== null && this.#uptime !== null && uptime < this.#uptime;
    this.#uptime = uptime ?? this.#uptime;
    this.definition = reading.definition;
    this.wantsVersion = restarted;

    const before = this.identity;
    // What was known of one miner says nothing of the next: another serial or MAC begins anew.
    const isAnother =
      differs(before.serial, safeText(reading.identity.serial)) || differs(before.mac, safeText(reading.identity.mac));
    this.identity = pick(reading.identity, isAnother ? null : before);
    return { learnt: FIELDS.some((field) => this.identity[field] !== before[field]), restarted };
  }
}

const FIELDS = ['model', 'serial', 'mac', 'firmware'] as const;

/** The identity as the device words it now, filled up from `before` where it is silent. */
function pick(now: MinerIdentity, before: MinerIdentity | null): MinerIdentity {
  return {
    model: safeText(now.model) ?? before?.model ?? null,
    serial: safeText(now.serial) ?? before?.serial ?? null,
    mac: safeText(now.mac) ?? before?.mac ?? null,
    firmware: safeText(now.firmware) ?? before?.firmware ?? null,
  };
}

function differs(was: string | null, is: string | null): boolean {
  return was !== null && is !== null && was !== is;
}
