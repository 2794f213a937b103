import { METRICS, type MetricName } from '@hearst/protocol';
import type { Profile, Register } from './register.ts';
import { unitFactor } from './unit-factors.ts';

/** What differs from one device to the next of the same type: set in the site file. */
export interface ReadingOptions {
  /** In what a cooling loop's controller tells pressures, instead of what the profile says. */
  readonly pressureUnit?: PressureUnit | undefined;
  /** Ends of the scales that are set in the meter, by the profile's names, in the meter's units: `{ U: [0, 828] }`. */
  readonly scaling?: Readonly<Record<string, readonly [low: number, high: number]>> | undefined;
  /** The current transformers are mounted the other way round: powers change their sign, import and export places. */
  readonly reversed?: boolean | undefined;
}

export const PRESSURE_UNITS = ['bar', 'MPa', 'kPa'] as const;
export type PressureUnit = (typeof PRESSURE_UNITS)[number];

/** A profile as it is for one device. @throws {Error} when a scale is set that the profile does not have */
export function tailored(profile: Profile, options: ReadingOptions): Profile {
  const registers = profile.registers.map((register) => tailoredRegister(register, options));
  const known = new Set(profile.registers.flatMap(({ scaled }) => scaled?.name ?? []));
  const unknown = Object.keys(options.scaling ?? {}).find((name) => !known.has(name));
  if (unknown !== undefined) {
    const names = [...known].join(', ') || 'none';
    throw new Error(`the profile ${profile.id} has no scale ${unknown} that could be set; it has: ${names}`);
  }
  return { ...profile, registers };
}

/** One register under a device's options. */
export function tailoredRegister(register: Register, options: ReadingOptions): Register {
  const { pressureUnit, reversed } = options;
  let { factor, metric, range, scaled } = register;
  if (pressureUnit !== undefined && metric !== null && METRICS[metric].unit === 'bar') {
    factor = unitFactor(pressureUnit, 'bar') ?? factor;
  }
  const scale = scaled && options.scaling?.[scaled.name];
  if (scaled && scale) scaled = { name: scaled.name, low: scale[0], high: scale[1] };
  if (reversed === true && metric !== null) {
    if (SIGNED.has(metric)) {
      factor = -factor;
      range = [-range[1], -range[0]];
    }
    metric = OPPOSITE[metric] ?? metric;
  }
  return { ...register, factor, metric, range, scaled };
}

/** Metrics whose sign is a direction. */
const SIGNED: ReadonlySet<MetricName> = new Set([
  'active_power_kw',
  'active_power_l1_kw',
  'active_power_l2_kw',
  'active_power_l3_kw',
  'reactive_power_kvar',
  'power_factor',
  'demand_power_kw',
]);

const OPPOSITE: Readonly<Partial<Record<MetricName, MetricName>>> = {
  energy_import_kwh: 'energy_export_kwh',
  energy_export_kwh: 'energy_import_kwh',
};
