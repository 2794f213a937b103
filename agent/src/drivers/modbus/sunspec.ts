import type { MetricName } from '@hearst/protocol';
import { METRICS } from '@hearst/protocol';
import { DeviceError } from '../driver.ts';
import { type Ask, NOT_AVAILABLE, type Profile, type Register, type RegisterType, WORDS } from './register.ts';
import { unitFactor } from './unit-factors.ts';

/**
 * Three-phase meters with SunSpec models 203 (whole numbers and scale factors) and 213 (floats). Where the model stands
 * differs from device to device: the map begins with "SunS" at 40000, 0 or 50000, then come blocks of (id, length,
 * content) one after another until the id 0xFFFF. Source: SunSpec Alliance, models 1, 203 and 213; offsets below count
 * from the block's id. A counter that holds 0 is, by the specification, one that is not there.
 */

const BASES = [40_000, 0, 50_000];
const MARKER = 0x53756e53;
const END = 0xffff;
/** More blocks than any device has: what goes on longer is no chain. */
const MOST_BLOCKS = 50;
/** The longest block that one request can fetch. */
const LONGEST = 123;

/** One value of a model: name by SunSpec, metric, offset, unit, offset of its scale factor (model 203). */
type Point = readonly [name: string, metric: MetricName | null, at: number, unit: string, factorAt?: number];

const MODEL_203: readonly Point[] = [
  ['A', null, 2, 'A', 6],
  ['AphA', 'current_l1_a', 3, 'A', 6],
  ['AphB', 'current_l2_a', 4, 'A', 6],
  ['AphC', 'current_l3_a', 5, 'A', 6],
  ['PhVphA', 'voltage_l1_v', 8, 'V', 15],
  ['PhVphB', 'voltage_l2_v', 9, 'V', 15],
  ['PhVphC', 'voltage_l3_v', 10, 'V', 15],
  ['PhVphAB', 'voltage_l12_v', 12, 'V', 15],
  ['PhVphBC', 'voltage_l23_v', 13, 'V', 15],
  ['PhVphCA', 'voltage_l31_v', 14, 'V', 15],
  ['Hz', 'frequency_hz', 16, 'Hz', 17],
  ['W', 'active_power_kw', 18, 'W', 22],
  ['WphA', 'active_power_l1_kw', 19, 'W', 22],
  ['WphB', 'active_power_l2_kw', 20, 'W', 22],
  ['WphC', 'active_power_l3_kw', 21, 'W', 22],
  ['VA', 'apparent_power_kva', 23, 'VA', 27],
  ['VAR', 'reactive_power_kvar', 28, 'var', 32],
  ['PF', 'power_factor', 33, '', 37],
  ['TotWhExp', 'energy_export_kwh', 38, 'Wh', 54],
  ['TotWhImp', 'energy_import_kwh', 46, 'Wh', 54],
];

const MODEL_213: readonly Point[] = [
  ['A', null, 2, 'A'],
  ['AphA', 'current_l1_a', 4, 'A'],
  ['AphB', 'current_l2_a', 6, 'A'],
  ['AphC', 'current_l3_a', 8, 'A'],
  ['PhVphA', 'voltage_l1_v', 12, 'V'],
  ['PhVphB', 'voltage_l2_v', 14, 'V'],
  ['PhVphC', 'voltage_l3_v', 16, 'V'],
  ['PhVphAB', 'voltage_l12_v', 20, 'V'],
  ['PhVphBC', 'voltage_l23_v', 22, 'V'],
  ['PhVphCA', 'voltage_l31_v', 24, 'V'],
  ['Hz', 'frequency_hz', 26, 'Hz'],
  ['W', 'active_power_kw', 28, 'W'],
  ['WphA', 'active_power_l1_kw', 30, 'W'],
  ['WphB', 'active_power_l2_kw', 32, 'W'],
  ['WphC', 'active_power_l3_kw', 34, 'W'],
  ['VA', 'apparent_power_kva', 36, 'VA'],
  ['VAR', 'reactive_power_kvar', 44, 'var'],
  ['PF', 'power_factor', 52, ''],
  ['TotWhExp', 'energy_export_kwh', 60, 'Wh'],
  ['TotWhImp', 'energy_import_kwh', 68, 'Wh'],
];

/** Finds the model and answers its values as registers of this very device. */
async function locate(ask: Ask, device: string): Promise<readonly Register[]> {
  const { id, start, length } = await findModel(ask, device);
  if (id === 213) return MODEL_213.map((point) => register(point, 'f32', start, 1));
  const block = await ask(3, start, Math.min(length, LONGEST) + 2);
  return MODEL_203.flatMap((point) => {
    const [, metric, , , factorAt = 0] = point;
    const exponent = block.readInt16BE(2 * factorAt);
    // 0x8000: the device has nothing in this unit.
    if (exponent < -10 || exponent > 10) return [];
    return [
      register(point, metric !== null && METRICS[metric].kind === 'counter' ? 'u32' : 'i16', start, 10 ** exponent),
    ];
  });
}

async function findModel(ask: Ask, device: string): Promise<{ id: number; start: number; length: number }> {
  for (const base of BASES) {
    if (!(await isMap(ask, base))) continue;
    let start = base + 2;
    for (let n = 0; n < MOST_BLOCKS && start < 65_534; n++) {
      const head = await ask(3, start, 2);
      const [id, length] = [head.readUInt16BE(0), head.readUInt16BE(2)];
      if (id === 203 || id === 213) return { id, start, length };
      if (id === END) break;
      start += 2 + length;
    }
    throw unsupported(device, `its SunSpec map at ${base} holds neither model 203 nor 213`);
  }
  throw unsupported(device, `has no SunSpec map at ${BASES.join(', ')}`);
}

const unsupported = (device: string, what: string): DeviceError =>
  new DeviceError('unsupported', device, `Modbus device ${device}: ${what}`);

/** A device that refuses the address has no map there. */
async function isMap(ask: Ask, base: number): Promise<boolean> {
  try {
    return (await ask(3, base, 2)).readUInt32BE(0) === MARKER;
  } catch (error) {
    if (error instanceof DeviceError && (error.code === 'unsupported' || error.code === 'device_error')) return false;
    throw error;
  }
}

function register([name, metric, at, unit]: Point, type: RegisterType, start: number, scale: number): Register {
  const entry = metric && METRICS[metric];
  const counter = entry?.kind === 'counter';
  return {
    name,
    metric,
    unit: entry?.unit ?? unit,
    mark: 2,
    optional: false,
    unitId: null,
    function: 3,
    address: start + at,
    words: WORDS[type],
    type,
    bit: 0,
    lowWordFirst: false,
    notAvailable: new Set(counter ? [...NOT_AVAILABLE[type], '00000000'] : NOT_AVAILABLE[type]),
    coding: metric === 'power_factor' ? 'percent_pf' : null,
    scaled: null,
    scale,
    offset: 0,
    factor: (entry && unitFactor(unit, entry.unit)) ?? 1,
    invert: false,
    range: entry ? [entry.min, entry.max] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    largest: false,
  };
}

export const SUNSPEC_METER: Profile = {
  id: 'sunspec-meter',
  make: 'SunSpec',
  model: 'three-phase meters, models 203 and 213',
  of: 'meter',
  provisional: false,
  source: 'SunSpec Alliance information models 1, 203 and 213',
  note: null,
  maxRegisters: 125,
  maxGap: 16,
  holes: [],
  // What there may be, with addresses from the start of a model 213.
  registers: MODEL_213.map((point) => register(point, 'f32', 0, 1)),
  locate,
  file: 'sunspec.ts',
};
