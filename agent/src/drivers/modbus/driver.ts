import { type DeviceAddress, DeviceError, type ModbusReading } from '../driver.ts';
import { ModbusConnection } from './client.ts';
import { decodeRegister, type RegisterReading, strikeMisread } from './decode.ts';
import { type Block, planBlocks } from './plan.ts';
import type { Profiles } from './profile.ts';
import { readingOf } from './reading.ts';
import type { Profile, Register } from './register.ts';
import { type ReadingOptions, tailored, tailoredRegister } from './tailor.ts';

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
  /** Profiles made for single devices, by the options of the site file. */
  readonly #tailored = new WeakMap<ReadingOptions, Profile>();
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
  async read(
    address: DeviceAddress,
    unit: number,
    profileId: string,
    signal?: AbortSignal,
    options: ReadingOptions = NO_OPTIONS,
  ): Promise<ModbusReading> {
    const profile = this.#profile(address, unit, profileId, options);
    const plan = (connection: ModbusConnection) => this.#planOf(connection, { address, unit }, profile, options);
    return readingOf(profile, await this.#readBlocks(address, unit, plan, signal));
  }

  /** Reads everything the profile names, registers without a metric included; those may be missing. */
  async inspect(
    address: DeviceAddress,
    unit: number,
    profileId: string,
    signal?: AbortSignal,
    options: ReadingOptions = NO_OPTIONS,
  ): Promise<Inspection> {
    const profile = this.#profile(address, unit, profileId, options);
    const plan = async (connection: ModbusConnection) => {
      const known = await registersOf(connection, { address, unit }, profile, options);
      return planBlocks(
        known.map((register) => (register.metric ? register : { ...register, optional: true })),
        profile,
      );
    };
    const registers = await this.#readBlocks(address, unit, plan, signal);
    registers.sort((a, b) => a.register.address - b.register.address || a.register.bit - b.register.bit);
    return { profile, registers, reading: readingOf(profile, registers) };
  }

  #profile(address: DeviceAddress, unit: number, id: string, options: ReadingOptions): Profile {
    const profile = this.#options.profiles.get(id);
    const where = `${address.host}:${address.port}/${unit}`;
    if (!profile) {
      throw new DeviceError('unsupported', where, `Modbus device ${where}: ${this.#options.profiles.explain(id)}`);
    }
    if (options === NO_OPTIONS) return profile;
    let made = this.#tailored.get(options);
    if (made?.id === id) return made;
    try {
      made = tailored(profile, options);
    } catch (error) {
      throw new DeviceError('unsupported', where, `Modbus device ${where}: ${(error as Error).message}`);
    }
    this.#tailored.set(options, made);
    return made;
  }

  /** The blocks with the metrics; worked out once where the device does not say itself where its registers are. */
  async #planOf(
    connection: ModbusConnection,
    device: { address: DeviceAddress; unit: number },
    profile: Profile,
    options: ReadingOptions,
  ): Promise<readonly Block[]> {
    const known = this.#plans.get(profile);
    if (known) return known;
    const registers = await registersOf(connection, device, profile, options);
    const plan = planBlocks(
      registers.filter(({ metric }) => metric !== null),
      profile,
    );
    if (!profile.locate) this.#plans.set(profile, plan);
    return plan;
  }

  async #readBlocks(
    address: DeviceAddress,
    unit: number,
    planOf: (connection: ModbusConnection) => Promise<readonly Block[]>,
    signal: AbortSignal | undefined,
  ): Promise<RegisterReading[]> {
    return this.#inTurn(`${address.host}:${address.port}`, async () => {
      const { deadlineMs } = this.#options;
      const nextTransaction = () => ++this.#transaction;
      const connection = await ModbusConnection.open(address, { deadlineMs, nextTransaction, unit, signal });
      try {
        const readings: RegisterReading[] = [];
        for (const block of await planOf(connection)) readings.push(...(await readBlock(connection, unit, block)));
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

const NO_OPTIONS: ReadingOptions = {};

/** The registers as they stand in this device. */
async function registersOf(
  connection: ModbusConnection,
  { address: { host, port }, unit }: { address: DeviceAddress; unit: number },
  profile: Profile,
  options: ReadingOptions,
): Promise<readonly Register[]> {
  if (!profile.locate) return profile.registers;
  const registers = await profile.locate(
    (readFunction, address, count) => connection.read({ unit, function: readFunction, address, count }),
    `${host}:${port}/${unit}`,
  );
  return registers.map((register) => tailoredRegister(register, options));
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
