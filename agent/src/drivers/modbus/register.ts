import type { MetricName } from '@hearst/protocol';

/** What a register (or several in a row) can hold. `bit` is one bit of a 16-bit register, 0 the lowest. */
export const REGISTER_TYPES = ['u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'bool', 'bit'] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];

/** How many 16-bit registers a type takes. */
export const WORDS: Readonly<Record<RegisterType, number>> = {
  u16: 1,
  i16: 1,
  bool: 1,
  bit: 1,
  u32: 2,
  i32: 2,
  f32: 2,
  u64: 4,
  i64: 4,
  f64: 4,
};

/**
 * The bit patterns that mean "not available" where a profile names none of its own, as hexadecimal digits in
 * the order of the wire. A float that is not a number or not finite is never available.
 */
export const NOT_AVAILABLE: Readonly<Record<RegisterType, readonly string[]>> = {
  u16: ['ffff'],
  i16: ['8000'],
  u32: ['ffffffff'],
  i32: ['80000000'],
  u64: ['ffffffffffffffff'],
  i64: ['8000000000000000'],
  f32: [],
  f64: [],
  bool: ['ffff'],
  bit: [],
};

/**
 * Values that are more than a scaled number, by name.
 *
 * - `schneider_4q_pf`: power factor with the quadrant in it. Above 1: 2 - v, leading; below -1: -2 - v,
 *   leading; between: v, lagging. The sign of the result is the direction of active power.
 * - `base_10000`: a number in two registers, each of which counts to 9999.
 * - `any_bit`: 1 as soon as one bit of the register is set, which ones do not matter.
 * - `percent_pf`: power factor that some makers give as 0.98 and others as 98.
 */
export const CODINGS = ['schneider_4q_pf', 'base_10000', 'any_bit', 'percent_pf'] as const;
export type Coding = (typeof CODINGS)[number];

export type ReadFunction = 3 | 4;

/** Ends of a scale, in the device's unit, under the name by which the site file can set them. */
export interface Scaling {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** Reads registers of one unit: two bytes each. Throws DeviceError. */
export type Ask = (readFunction: ReadFunction, address: number, count: number) => Promise<Buffer>;

/** One value of a device: where it stands and what it means. Everything a profile leaves out is filled in. */
export interface Register {
  /** As the maker words it. */
  readonly name: string;
  /** Null: known, shown by `read`, but not part of a reading. */
  readonly metric: MetricName | null;
  /** Unit of the value after decoding: the catalogue's where there is a metric. */
  readonly unit: string;
  /** How many independent public sources agree on the address; null in a provisional profile. */
  readonly mark: 1 | 2 | null;
  /** Not every model has it: a device that refuses it leaves these values null instead of failing whole. */
  readonly optional: boolean;
  /** Modbus unit, null: the one the site file names. */
  readonly unitId: number | null;
  readonly function: ReadFunction;
  /** As sent, counted from 0. */
  readonly address: number;
  readonly words: number;
  readonly type: RegisterType;
  /** For `bit`, 0 to 15. */
  readonly bit: number;
  readonly lowWordFirst: boolean;
  /** Hexadecimal digits, high word first. */
  readonly notAvailable: ReadonlySet<string>;
  readonly coding: Coding | null;
  /** A number from 0 to 9999 that stands for `low` to `high`: what these are is set in the meter. Null: it is not. */
  readonly scaled: Scaling | null;
  /** value = (raw x scale + offset) x factor; `factor` turns the device's unit into the catalogue's. */
  readonly scale: number;
  readonly offset: number;
  readonly factor: number;
  /** For `bool` and `bit`: 0 means yes. */
  readonly invert: boolean;
  /** Values outside are not believed. */
  readonly range: readonly [min: number, max: number];
  /** Several registers give this metric: the largest available value counts. */
  readonly largest: boolean;
}

/** How the values of one type of device are found. */
export interface Profile {
  readonly id: string;
  readonly make: string;
  readonly model: string;
  readonly of: 'meter' | 'cooling';
  /** Not from the maker: to be checked against the real device. */
  readonly provisional: boolean;
  readonly source: string;
  readonly note: string | null;
  /** The most registers of one request. */
  readonly maxRegisters: number;
  /** How many registers nobody wants may be read along to save a request. */
  readonly maxGap: number;
  /** Addresses (first, last) that must not be touched. */
  readonly holes: readonly (readonly [first: number, last: number])[];
  readonly registers: readonly Register[];
  /**
   * For devices that say themselves where their registers are: asks the device and answers the registers as they stand
   * in it; `registers` then tells only what there may be. Errors name it as `device`.
   */
  readonly locate?: (ask: Ask, device: string) => Promise<readonly Register[]>;
  /** The file it was read from. */
  readonly file: string;
}
