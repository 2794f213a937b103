import { type DeviceAddress, DeviceError, type ModbusReading } from '../driver.ts';
import { ModbusConnection } from './client.ts';
import { decodeRegister, type RegisterReading, strikeMisread, valuesOf } from './decode.ts';
import { type Block, planBlocks } from './plan.ts';
import type { Profiles } from './profile.ts';
import type { Profile } from './register.ts';

export interface ModbusDriverOptions {
  /** For one device: connecting and all its blocks. */
  deadlineMs: number;
  profiles: Profiles;
}

/** All that a profile knows of a device, as it was read: for a person who checks a profile against the device. */
export interface Inspection {
  profile: Profile;
  registers: RegisterReading[];
  reading: ModbusReading;
}

/**
 * Reads Modbus TCP devices by profile. One connection per read, opened, used for all blocks and closed; reads of
 * one address (the units behind a gateway) follow one another, because many devices take one connection only.
 */
export class ModbusDriver {
  readonly #options: ModbusDriverOptions;
  readonly #plans = new WeakMap<Profile, Block[]>();
  /** The last read under way or waiting, per address. */
  readonly #queues = new Map<string, Promise<unknown>>();
  #transaction = Math.floor(Math.random() * 0x10000);

  constructor(options: ModbusDriverOptions) {
    this.#options = options;
  }

  /**
   * Reads the metrics of a device. Null where the device has no value or one that cannot be true.
   *
   * @throws {DeviceError} when it cannot be read, whole or not at all; `unsupported` too when there is no such
   *   profile. The signal's reason when aborted.
   */
  async read(address: DeviceAddress, unit: number, profileId: string, signal?: AbortSignal): Promise<ModbusReading> {
    const profile = this.#profile(address, unit, profileId);
    let plan = this.#plans.get(profile);
    if (!plan) {
      plan = planBlocks(
        profile.registers.filter(({ metric }) => metric !== null),
        profile,
      );
      this.#plans.set(profile, plan);
    }
    return readingOf(profile, await this.#readBlocks(address, unit, plan, signal));
  }

  /** Reads everything the profile names, registers without a metric included; those may be missing. */
  async inspect(address: DeviceAddress, unit: number, profileId: string, signal?: AbortSignal): Promise<Inspection> {
    const profile = this.#profile(address, unit, profileId);
    const all = profile.registers.map((register) => (register.metric ? register : { ...register, optional: true }));
    const registers = await this.#readBlocks(address, unit, planBlocks(all, profile), signal);
    registers.sort((a, b) => a.register.address - b.register.address || a.register.bit - b.register.bit);
    return { profile, registers, reading: readingOf(profile, registers) };
  }

  #profile(address: DeviceAddress, unit: number, id: string): Profile {
    const profile = this.#options.profiles.get(id);
    if (profile) return profile;
    const where = `${address.host}:${address.port}/${unit}`;
    throw new DeviceError('unsupported', where, `Modbus device ${where}: ${this.#options.profiles.explain(id)}`);
  }

  async #readBlocks(
    address: DeviceAddress,
    unit: number,
    plan: readonly Block[],
    signal: AbortSignal | undefined,
  ): Promise<RegisterReading[]> {
    return this.#inTurn(`${address.host}:${address.port}`, async () => {
      const { deadlineMs } = this.#options;
      const nextTransaction = () => ++this.#transaction;
      const connection = await ModbusConnection.open(address, { deadlineMs, nextTransaction, unit, signal });
      try {
        const readings: RegisterReading[] = [];
        for (const block of plan) readings.push(...(await readBlock(connection, unit, block)));
        return strikeMisread(readings);
      } finally {
        connection.close();
      }
    });
  }

  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(key);
    const mine = before ? before.then(work, work) : work();
    this.#queues.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(key) === mine) this.#queues.delete(key);
    }
  }
}

async function readBlock(connection: ModbusConnection, unit: number, block: Block): Promise<RegisterReading[]> {
  const { function: readFunction, address, count } = block;
  try {
    const data = await connection.read({ unit: block.unitId ?? unit, function: readFunction, address, count });
    return block.registers.map((register) => decodeRegister(register, data, 2 * (register.address - address)));
  } catch (error) {
    if (!block.optional || !(error instanceof DeviceError) || error.code !== 'unsupported') throw error;
    return block.registers.map((register) => ({
      register,
      value: null,
      read: null,
      raw: null,
      verdict: 'unsupported',
    }));
  }
}

function readingOf(profile: Profile, registers: readonly RegisterReading[]): ModbusReading {
  return { ...valuesOf(registers), definition: profile.id };
}
