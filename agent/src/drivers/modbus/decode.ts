import type { Values } from '@hearst/protocol';
import type { Coding, Register, Scaling } from './register.ts';

/** What became of one register of a reading. */
export interface RegisterReading {
  readonly register: Register;
  /** In `register.unit`; null unless the verdict is `ok`. */
  readonly value: number | null;
  /** What was read where it was not believed. */
  readonly read: number | null;
  /** The registers as they came, as hexadecimal digits in the order of the wire; null where nothing came. */
  readonly raw: string | null;
  readonly verdict: Verdict;
}

/**
 * - `not_available`: the device says that it has no value
 * - `implausible`: a value that cannot be true
 * - `unsupported`: the device does not have this register
 */
export type Verdict = 'ok' | 'not_available' | 'implausible' | 'unsupported';

/**
 * No quantity we read is that small without being zero. A map that is wrong by one register takes the low half
 * of one float for the high half of the next, which gives values such as 2.4e-41 and 9e-33 (or 1e38, which the
 * catalogue's ranges stop), and never an error.
 */
const SMALLEST_FLOAT = 1e-9;
/** What `scaled` counts to; a register that holds more says nothing. */
const FULL_SCALE = 9999;

/** Decodes one value; `bytes` holds the registers of a block, `at` is where this one starts in it. */
export function decodeRegister(register: Register, bytes: Buffer, at: number): RegisterReading {
  const wire = bytes.subarray(at, at + 2 * register.words);
  const raw = wire.toString('hex');
  const ordered = register.lowWordFirst ? swapWords(wire) : wire;
  const number = numberOf(register, ordered);
  const beyondScale = register.scaled !== null && number > FULL_SCALE;
  if (!Number.isFinite(number) || beyondScale || register.notAvailable.has(ordered.toString('hex'))) {
    return { register, value: null, read: null, raw, verdict: 'not_available' };
  }
  const value = scaled(register, number);
  if (Number.isNaN(value)) return { register, value: null, read: null, raw, verdict: 'not_available' };
  if ((isFloat(register) && isTooSmall(number)) || value < register.range[0] || value > register.range[1]) {
    return { register, value: null, read: value, raw, verdict: 'implausible' };
  }
  return { register, value, read: null, raw, verdict: 'ok' };
}

/**
 * Strikes out all floats of a reading when most of them cannot be true: the map or the word order is wrong
 * then, and what looks right among them does so by luck (about one in six of such floats does).
 */
export function strikeMisread(readings: readonly RegisterReading[]): RegisterReading[] {
  const floats = readings.filter(({ register }) => isFloat(register));
  const absurd = floats.filter(({ verdict }) => verdict === 'implausible').length;
  const sound = floats.filter(({ verdict, value }) => verdict === 'ok' && value !== 0).length;
  if (absurd < 2 || absurd <= sound) return [...readings];
  return readings.map((reading) =>
    isFloat(reading.register) && reading.verdict === 'ok'
      ? { ...reading, value: null, read: reading.value, verdict: 'implausible' }
      : reading,
  );
}

/** The metrics of a reading; null for every one that gave nothing to believe. */
export function valuesOf(readings: readonly RegisterReading[]): {
  values: Values;
  implausible: { metric: string; value: number }[];
} {
  const values: Values = {};
  const implausible: { metric: string; value: number }[] = [];
  for (const { register, value, read, verdict } of readings) {
    if (!register.metric) continue;
    const known = values[register.metric] ?? null;
    values[register.metric] = known === null || (value !== null && value > known) ? value : known;
    if (verdict === 'implausible' && read !== null) implausible.push({ metric: register.metric, value: read });
  }
  return { values, implausible };
}

function isFloat(register: Register): boolean {
  return register.type === 'f32' || register.type === 'f64';
}

function isTooSmall(value: number): boolean {
  return value !== 0 && Math.abs(value) < SMALLEST_FLOAT;
}

function swapWords(wire: Buffer): Buffer {
  const out = Buffer.allocUnsafe(wire.length);
  for (let i = 0; i < wire.length; i += 2) out.writeUInt16BE(wire.readUInt16BE(i), wire.length - 2 - i);
  return out;
}

function numberOf(register: Register, ordered: Buffer): number {
  switch (register.type) {
    case 'u16':
    case 'bool':
      return ordered.readUInt16BE();
    case 'bit':
      return (ordered.readUInt16BE() >> register.bit) & 1;
    case 'i16':
      return ordered.readInt16BE();
    case 'u32':
      return ordered.readUInt32BE();
    case 'i32':
      return ordered.readInt32BE();
    case 'u64':
      return Number(ordered.readBigUInt64BE());
    case 'i64':
      return Number(ordered.readBigInt64BE());
    case 'f32':
      return shortestFloat(ordered.readFloatBE());
    case 'f64':
      return ordered.readDoubleBE();
  }
}

function scaled(register: Register, number: number): number {
  const { coding, scale, offset, factor, invert } = register;
  if (register.scaled !== null) return tidy(onScale(register.scaled, number) * factor) + 0;
  const plain = coding === null ? number : CODED[coding](number);
  // 333 x 0.1 is 33.300000000000004: no device means the last digits. `+ 0` turns -0 into 0.
  const value = scale === 1 && offset === 0 && factor === 1 ? plain : tidy((plain * scale + offset) * factor);
  return invert && (value === 0 || value === 1) ? 1 - value : value + 0;
}

function onScale({ low, high }: Scaling, number: number): number {
  return low + (number * (high - low)) / FULL_SCALE;
}

const CODED: Readonly<Record<Coding, (value: number) => number>> = {
  // Beyond 2 it is no power factor: left as it is, and out of range.
  schneider_4q_pf: (value) => {
    if (Math.abs(value) <= 1 || Math.abs(value) > 2) return value;
    return tidy(value > 0 ? 2 - value : -2 - value);
  },
  base_10000: (value) => {
    const [high, low] = [Math.floor(value / 0x10000), value % 0x10000];
    return high > FULL_SCALE || low > FULL_SCALE ? Number.NaN : high * 10_000 + low;
  },
  any_bit: (value) => (value === 0 ? 0 : 1),
  // Nothing runs at a power factor of 1 %.
  percent_pf: (value) => (Math.abs(value) > 1 ? tidy(value / 100) : value),
};

function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

/** The shortest decimal that is the same 32-bit float: 33.2, not 33.20000076293945. */
function shortestFloat(float: number): number {
  if (Number.isInteger(float) || !Number.isFinite(float)) return float;
  for (let digits = 6; digits <= 8; digits++) {
    const decimal = Number(float.toPrecision(digits));
    if (Math.fround(decimal) === float) return decimal;
  }
  return Number(float.toPrecision(9));
}
