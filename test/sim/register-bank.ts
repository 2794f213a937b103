import type { MetricName, Values } from '@hearst/protocol';
import type {
  Profile,
  ReadFunction,
  Register,
  RegisterType,
  Scaling,
} from '../../agent/src/drivers/modbus/register.ts';

/** The registers of one unit, computed when they are asked for. */
export interface RegisterBank {
  /**
   * Writes `count` registers from `address` on into `into` (two bytes each, filled with zeros beforehand). Returns
   * null, or the exception the device answers instead.
   */
  read(readFunction: ReadFunction, address: number, count: number, into: Buffer): number | null;
}

/** Values for registers without a metric, by the name in the profile. */
export type NamedValues = Readonly<Record<string, number | null>>;

/**
 * A device that a profile describes: the inverse of decoding. Values that are null or left out read as "not
 * available" (a single bit has no such pattern and reads as no). Like the real things it refuses the profile's
 * holes and what lies further than `maxGap` from any of its registers, with exception 2.
 *
 * @param values in the catalogue's units; a function is called once per request, so it may compute them
 */
export function encodeByProfile(
  profile: Profile,
  values: Values | (() => Values),
  named: NamedValues | (() => NamedValues) = {},
): RegisterBank {
  const ordered = profile.registers.toSorted((a, b) => a.address - b.address);
  return {
    read(readFunction, address, count, into) {
      const end = address + count;
      if (profile.holes.some(([first, last]) => first < end && last >= address)) return 2;
      const known = ordered.filter((register) => register.function === readFunction);
      if (!isReachable(known, address, end, profile.maxGap)) return 2;
      const now = typeof values === 'function' ? values() : values;
      const more = typeof named === 'function' ? named() : named;
      for (const register of known) {
        if (register.address + register.words <= address || register.address >= end) continue;
        const value = register.metric ? now[register.metric as MetricName] : more[register.name];
        copyRegister(register, encodeRegister(register, value ?? null), address, into);
      }
      return null;
    },
  };
}

/** Whether all of `from..end` lies at most `gap` registers from a register that there is. */
function isReachable(known: readonly Register[], from: number, end: number, gap: number): boolean {
  let reached = from;
  for (const { address, words } of known) {
    if (reached >= end || address - gap > reached) break;
    reached = Math.max(reached, Math.min(end, address + words + gap));
  }
  return reached >= end;
}

/** Bits share a register, so they are added; everything else stands alone. */
function copyRegister(register: Register, bytes: Buffer, from: number, into: Buffer): void {
  const at = 2 * (register.address - from);
  for (let i = 0; i < bytes.length; i++) {
    if (at + i >= 0 && at + i < into.length) into[at + i] = (into[at + i] ?? 0) | (bytes[i] ?? 0);
  }
}

/** One value as registers, in the order of the wire. */
export function encodeRegister(register: Register, value: number | null): Buffer {
  const bytes = Buffer.alloc(2 * register.words);
  if (value === null) writeNotAvailable(register, bytes);
  else if (register.coding === 'base_10000') {
    bytes.writeUInt16BE(Math.floor(value / 10_000), 0);
    bytes.writeUInt16BE(Math.floor(value) % 10_000, 2);
  } else write(register, rawOf(register, value), bytes);
  return register.lowWordFirst ? swapWords(bytes) : bytes;
}

function rawOf(register: Register, value: number): number {
  const plain = register.invert ? 1 - value : value;
  const told = plain / register.factor;
  const raw = register.scaled ? onScale(register.scaled, told) : (told - register.offset) / register.scale;
  const limits = LIMITS[register.type];
  return limits ? Math.min(limits[1], Math.max(limits[0], Math.round(raw))) : raw;
}

/** What a register that counts to 9999 holds for a value between the ends of its scale. */
function onScale({ low, high }: Scaling, value: number): number {
  return Math.min(9999, Math.max(0, ((value - low) / (high - low)) * 9999));
}

/** What an integer can hold; a real converter stops at its end, too. */
const LIMITS: Partial<Record<RegisterType, readonly [number, number]>> = {
  u16: [0, 0xffff],
  bool: [0, 1],
  bit: [0, 1],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  u64: [0, Number.MAX_SAFE_INTEGER],
  i64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function write(register: Register, raw: number, bytes: Buffer): void {
  switch (register.type) {
    case 'u16':
    case 'bool':
      bytes.writeUInt16BE(raw);
      return;
    case 'bit':
      bytes.writeUInt16BE((raw & 1) << register.bit);
      return;
    case 'i16':
      bytes.writeInt16BE(raw);
      return;
    case 'u32':
      bytes.writeUInt32BE(raw);
      return;
    case 'i32':
      bytes.writeInt32BE(raw);
      return;
    case 'u64':
      bytes.writeBigUInt64BE(BigInt(raw));
      return;
    case 'i64':
      bytes.writeBigInt64BE(BigInt(raw));
      return;
    case 'f32':
      bytes.writeFloatBE(raw);
      return;
    case 'f64':
      bytes.writeDoubleBE(raw);
  }
}

function writeNotAvailable(register: Register, bytes: Buffer): void {
  if (register.type === 'f32') bytes.writeFloatBE(Number.NaN);
  else if (register.type === 'f64') bytes.writeDoubleBE(Number.NaN);
  else bytes.write([...register.notAvailable][0] ?? '', 'hex');
}

function swapWords(bytes: Buffer): Buffer {
  const words = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.subarray(2 * i, 2 * i + 2));
  return Buffer.concat(words.reverse());
}
