import type { Coolant, Values } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';
import type { Implausible } from '../driver.ts';
import { COOLANTS } from './coolant.ts';
import { completed } from './loop.ts';

const LOOP: Values = {
  temp_supply_c: 34,
  temp_return_c: 44,
  flow_m3h: 148,
  pump_circulating: 1,
  pressure_supply_bar: 2.9,
  pressure_return_bar: 1.3,
};
const complete = (values: Values, implausible: Implausible[] = [], coolant: Coolant = COOLANTS.water) =>
  completed({ values: { ...LOOP, ...values }, implausible, definition: 'test' }, coolant);

describe('the heat that a loop carries away', () => {
  it('is flow times warming times what a cubic metre takes up', () => {
    // 148 m³/h x 994 kg/m³ / 3600 s x 4.18 kJ/(kg K) x 10 K
    expect(complete({}).values.heat_kw).toBeCloseTo(1708.13, 1);
    expect(complete({}, [], { density: 810, heatCapacity: 2.15 }).values.heat_kw).toBeCloseTo(715.95, 1);
    expect(complete({ temp_return_c: 33 }).values.heat_kw).toBeLessThan(0);
    expect(complete({ flow_m3h: 0 }).values.heat_kw).toBe(0);
  });

  it.each<keyof Values>(['temp_supply_c', 'temp_return_c', 'flow_m3h'])('is unknown without %s, never 0', (name) => {
    expect(complete({ [name]: null }).values.heat_kw).toBeNull();
  });

  it('is not told of a loop that does not measure it', () => {
    const { flow_m3h: _, ...without } = LOOP;
    const reading = completed({ values: without, implausible: [], definition: 'test' }, COOLANTS.water);
    expect(reading.values).not.toHaveProperty('heat_kw');
  });
});

describe('pressures in another unit than configured', () => {
  const struck = (supply: number, back: number | null): Implausible[] => [
    { metric: 'pressure_supply_bar', value: supply, reason: 'pressure_unit' },
    ...(back === null ? [] : [{ metric: 'pressure_return_bar', value: back, reason: 'pressure_unit' as const }]),
  ];

  it.each([
    ['MPa taken for bar', 0.29, 0.13],
    ['bar taken for MPa, and still in the range', 24, 13],
  ])('are struck out: %s', (_, supply, back) => {
    const { values, implausible } = complete({ pressure_supply_bar: supply, pressure_return_bar: back });
    expect(values).toMatchObject({ pressure_supply_bar: null, pressure_return_bar: null, temp_supply_c: 34 });
    expect(implausible).toEqual(struck(supply, back));
  });

  it('are struck out where the supply is beyond what anything has', () => {
    const { values, implausible } = complete({ pressure_supply_bar: null, pressure_return_bar: 13 }, [
      { metric: 'pressure_supply_bar', value: 29 },
      { metric: 'temp_container_c', value: 3276 },
    ]);
    expect(values.pressure_return_bar).toBeNull();
    expect(implausible).toEqual([{ metric: 'temp_container_c', value: 3276 }, ...struck(29, 13)]);
  });

  it.each<[string, Values]>([
    ['a low return', { pressure_return_bar: 0.3 }],
    ['a low loop', { pressure_supply_bar: 0.6, pressure_return_bar: 0.1 }],
    ['a loop at rest', { pressure_supply_bar: 0.3, flow_m3h: 0, pump_circulating: 0 }],
    ['a pump that runs without moving anything', { pressure_supply_bar: 0.3, flow_m3h: 4 }],
    ['an empty loop', { pressure_supply_bar: 0.01 }],
  ])('are not seen in %s', (_, values) => {
    const reading = complete(values);
    expect(reading.implausible).toEqual([]);
    expect(reading.values).toMatchObject(values);
  });

  it('are seen by the pump where no flow is told', () => {
    expect(complete({ pressure_supply_bar: 0.29, flow_m3h: null }).values.pressure_supply_bar).toBeNull();
    expect(complete({ pressure_supply_bar: 0.29, flow_m3h: null, pump_circulating: null }).implausible).toEqual([]);
  });
});
