import { METRICS, metricNames } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';
import { decodeRegister, type RegisterReading, strikeMisread } from './decode.ts';
import { loadProfiles } from './profile.ts';
import { readingOf } from './reading.ts';
import type { Profile, Register } from './register.ts';
import { type ReadingOptions, tailored, tailoredRegister } from './tailor.ts';
import { Dump, dumpedDefinitions, manifestOf } from './testing/dumps.ts';

const profiles = loadProfiles();
const all = profiles.ids().map((id) => profiles.get(id)!);
/** The unit that the site file would name. */
const UNIT = 1;

async function registersOf(profile: Profile, dump: Dump, options: ReadingOptions): Promise<readonly Register[]> {
  if (!profile.locate) return tailored(profile, options).registers;
  return (await profile.locate(dump.asker(UNIT), 'dump')).map((register) => tailoredRegister(register, options));
}

function decoded(registers: readonly Register[], dump: Dump, off = 0): RegisterReading[] {
  return registers.map((register) => {
    const { unitId, function: readFunction, address, words } = register;
    return decodeRegister(register, dump.words(unitId ?? UNIT, readFunction, address + off, words), 0);
  });
}

it('every profile has its dump, and every dump its profile', () => {
  expect(dumpedDefinitions().sort()).toEqual(profiles.ids());
});

describe.each(all.map((profile) => [profile.id, profile] as const))('%s', (id, profile) => {
  it('says where its addresses come from', () => {
    expect(profile.source.length).toBeGreaterThan(20);
    expect(profile.registers.every(({ mark }) => (mark === null) === profile.provisional)).toBe(true);
  });

  it('gives metrics of its kind of device, and believes nothing that the catalogue does not', () => {
    for (const { name, metric, range } of profile.registers) {
      if (metric === null) continue;
      const entry = METRICS[metric];
      expect(entry.of, name).toBe(profile.of);
      expect(range[0], name).toBeGreaterThanOrEqual(entry.min);
      expect(range[1], name).toBeLessThanOrEqual(entry.max);
    }
  });

  it.each(manifestOf(id).dumps.map((dump) => [dump.file, dump] as const))('reads %s', async (file, expected) => {
    const dump = Dump.read(id, file);
    const registers = await registersOf(profile, dump, expected.options ?? {});
    const readings = strikeMisread(decoded(registers, dump));
    expect(Object.fromEntries(readings.map(({ register, value }) => [register.name, value]))).toEqual(
      expected.registers,
    );
    expect(readingOf(profile, readings)).toEqual({ values: expected.metrics, implausible: [], definition: id });
  });

  it.each(manifestOf(id).dumps.map((dump) => [dump.file, dump] as const))(
    '%s shows a map off by one',
    async (file, expected) => {
      const dump = Dump.read(id, file);
      const registers = await registersOf(profile, dump, expected.options ?? {});
      for (const off of [-1, 1]) {
        for (const { register, value } of decoded(registers, dump, off)) {
          if (register.type === 'bool' || register.type === 'bit' || register.coding === 'any_bit') continue;
          expect(value ?? 'nothing', `${register.name} read ${off}`).not.toBe(expected.registers[register.name]);
        }
      }
    },
  );
});

/** What a meter of a transformer must give for the hub to know its power, load and imbalance. */
const OF_A_METER = [
  ...['active_power_kw', 'reactive_power_kvar', 'apparent_power_kva', 'frequency_hz', 'energy_import_kwh'],
  ...['current_l1_a', 'current_l2_a', 'current_l3_a', 'voltage_l1_v', 'voltage_l2_v', 'voltage_l3_v'],
];
const MONITORS = ['qualitrol-111', 'qualitrol-118', 'eaton-tc', 'pt100-converter'];

it.each(all.filter(({ of, id }) => of === 'meter' && !MONITORS.includes(id)).map(({ id }) => id))(
  'the meter %s tells power, load, voltages, currents and energy',
  (id) => {
    for (const { metrics } of manifestOf(id).dumps)
      expect(Object.keys(metrics)).toEqual(expect.arrayContaining(OF_A_METER));
  },
);

it.each(MONITORS)('the monitor %s tells temperatures and nothing else', (id) => {
  const [dump] = manifestOf(id).dumps;
  for (const metric of Object.keys(dump!.metrics)) expect(metric).toMatch(/^temp_(oil|winding|ambient)_c$/);
});

it('the loop of a hydro container gives every value of it, save what the agent works out', () => {
  const hydro = new Set(Object.keys(manifestOf('antspace-hd5').dumps[0]!.metrics));
  const immersion = new Set(Object.keys(manifestOf('antspace-immersion').dumps[0]!.metrics));
  const microbt = new Set(Object.keys(manifestOf('microbt-hydro').dumps[0]!.metrics));
  const missing = metricNames('cooling').filter(
    (name) => !hydro.has(name) && !immersion.has(name) && !microbt.has(name),
  );
  expect(missing).toEqual(['heat_kw']);
});
