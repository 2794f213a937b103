import { safeText } from '@hearst/protocol';
import type { Clock } from '../clock.ts';
import { macOf } from '../config/positions.ts';
import { CgminerDriver } from '../drivers/cgminer/driver.ts';
import { DeviceError, type MinerReading } from '../drivers/driver.ts';
import { ModbusDriver } from '../drivers/modbus/driver.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import type { ReadingOptions } from '../drivers/modbus/tailor.ts';
import type { FoundDevice } from './device.ts';
import { identification } from './device-identification.ts';
import type { Heard } from './sweep.ts';

/** A Modbus device that the site file names at an address. */
export interface ExpectedUnit {
  unit: number;
  profile: string;
  options?: ReadingOptions;
}

export interface IdentifierOptions {
  profiles: Profiles;
  /** What the site file expects at an address and port; empty for a stranger. */
  unitsAt: (ip: string, port: number) => readonly ExpectedUnit[];
  clock: Clock;
  signal: AbortSignal;
}

const DEADLINE_MS = 5000;
const NAME_DEADLINE_MS = 1000;
/** A cut or mixed-up reply is asked for once more. */
const ATTEMPTS = 2;

/** What many firmwares give in place of a number of their own: it would make strangers the same device. */
const PLACEHOLDER = /^(0+|f+|x+|unknown|n\/?a|none|null|default|123456789\d*)$/i;

function serialOf(text: string | null): string | null {
  const serial = safeText(text);
  return serial === null || PLACEHOLDER.test(serial) ? null : serial;
}

const isNameless = ({ identity: { model, serial, mac } }: MinerReading): boolean =>
  model === null || (serial === null && mac === null);

/** Who it is that answers: reads a device by the drivers of the agent. Nothing here can change one. */
export class Identifier {
  readonly #options: IdentifierOptions;
  readonly #miners = new CgminerDriver({ deadlineMs: DEADLINE_MS, connectTimeoutMs: 1500 });
  readonly #modbus: ModbusDriver;

  constructor(options: IdentifierOptions) {
    this.#options = options;
    this.#modbus = new ModbusDriver({ deadlineMs: DEADLINE_MS, profiles: options.profiles });
  }

  /** The devices at a port that answers: one miner, or each Modbus unit that is expected there, or the first. */
  async identify({ kind, ip, port }: Heard): Promise<FoundDevice[]> {
    if (kind === 'miner') return [await this.#miner(ip, port)];
    const expected = this.#options.unitsAt(ip, port);
    if (expected.length === 0) return [await this.#unknownModbus(ip, port)];
    const found: FoundDevice[] = [];
    for (const unit of expected) found.push(await this.#modbusUnit(ip, port, unit));
    return found;
  }

  async #miner(ip: string, port: number): Promise<FoundDevice> {
    const read = (version: boolean): Promise<MinerReading> =>
      this.#miners.read({ host: ip, port }, { summary: false, pools: false, version }, this.#options.signal);
    let reading = await this.#attempt(() => read(false));
    // `stats` names the hardware on most firmware; where it does not, `version` may.
    if (!(reading instanceof DeviceError) && isNameless(reading)) reading = await this.#attempt(() => read(true));
    if (reading instanceof DeviceError) return { ...this.#blank('miner', ip, port), problem: reading.code };
    const { identity, status, definition }: MinerReading = reading;
    return {
      ...this.#blank('miner', ip, port),
      model: safeText(identity.model),
      serial: serialOf(identity.serial),
      mac: macOf(safeText(identity.mac)),
      firmware: safeText(identity.firmware),
      definition,
      status,
    };
  }

  async #modbusUnit(ip: string, port: number, { unit, profile, options }: ExpectedUnit): Promise<FoundDevice> {
    const { signal } = this.#options;
    const blank = { ...this.#blank('modbus', ip, port), unit, definition: profile };
    const reading = await this.#attempt(() => this.#modbus.read({ host: ip, port }, unit, profile, signal, options));
    return reading instanceof DeviceError ? { ...blank, problem: reading.code } : blank;
  }

  async #unknownModbus(ip: string, port: number): Promise<FoundDevice> {
    const who = await identification(ip, port, 1, NAME_DEADLINE_MS, this.#options.signal);
    const model = who && [who.vendor, who.model].filter((part) => part !== null).join(' ');
    return { ...this.#blank('modbus', ip, port), unit: 1, model: safeText(model), firmware: who?.firmware ?? null };
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | DeviceError> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        if (!error.transient || attempt === ATTEMPTS) return error;
      }
    }
  }

  #blank(kind: FoundDevice['kind'], ip: string, port: number): FoundDevice {
    const nothing = { model: null, serial: null, mac: null, firmware: null, definition: null, status: null };
    const seen_at = new Date(this.#options.clock.wall()).toISOString();
    return { kind, ip, port, unit: null, ...nothing, problem: null, seen_at };
  }
}
