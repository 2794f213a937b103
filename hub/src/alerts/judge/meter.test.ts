import type { Values } from '@hearst/protocol';
import { expect, it } from 'vitest';
import { ruleBook } from '../rule-book.ts';
import { judgeMeter } from './meter.ts';

const RULES = ruleBook([]);
const HEALTHY: Values = {
  active_power_kw: 3530,
  apparent_power_kva: 3602,
  current_l1_a: 5220,
  current_l2_a: 5190,
  current_l3_a: 5190,
  voltage_l12_v: 400,
  voltage_l1_v: 231,
};
const judge = (values: Values | null, ratedKva: number | null = 3750) => judgeMeter({ at: 5, values }, ratedKva, RULES);

it('a healthy transformer at 96 %: nothing holds; no meter tells the oil', () => {
  expect(judge(HEALTHY)).toEqual({
    at: 5,
    own: {},
    miners: {},
    unknown: ['transformer_too_hot', 'transformer_hot'],
    silent: [],
  });
});

it.each<[string, Values, Record<string, string>]>([
  ['load at 99 %', { apparent_power_kva: 3712.5 }, { transformer_overload: 'keep' }],
  ['load above 100 %', { apparent_power_kva: 3751 }, { transformer_overload: 'raise' }],
  [
    'load above 110 %',
    { apparent_power_kva: 4126 },
    { transformer_overload: 'raise', transformer_overload_severe: 'raise' },
  ],
  [
    'a phase 12 % off',
    { current_l1_a: 1000, current_l2_a: 1000, current_l3_a: 835 },
    { transformer_phase_imbalance: 'raise' },
  ],
  [
    'a phase 9 % off',
    { current_l1_a: 1000, current_l2_a: 1000, current_l3_a: 870 },
    { transformer_phase_imbalance: 'keep' },
  ],
  [
    'no voltage',
    { voltage_l12_v: 0, voltage_l1_v: 2, active_power_kw: 0, apparent_power_kva: 0 },
    { transformer_dead: 'raise' },
  ],
  ['a dead phase is no dead transformer', { voltage_l12_v: 400, voltage_l1_v: 0 }, {}],
])('%s', (_, over, expected) => {
  const { own } = judge({ ...HEALTHY, ...over });
  expect(Object.fromEntries(Object.entries(own).map(([id, { zone }]) => [id, zone]))).toEqual(expected);
});

it('tells what was measured', () => {
  expect(judge({ ...HEALTHY, apparent_power_kva: 4500 }).own.transformer_overload).toEqual({
    zone: 'raise',
    value: 120,
  });
});

it('a silent meter says that it is silent and leaves the rest unknown', () => {
  const found = judge(null);
  expect(found.own).toEqual({ meter_silent: { zone: 'raise', value: null } });
  expect(found.unknown).toEqual(expect.arrayContaining(['transformer_dead', 'transformer_overload']));
});

it.each<[string, Values, number | null, string]>([
  ['no rating, no load', {}, null, 'transformer_overload'],
  ['no apparent power', { apparent_power_kva: null }, 3750, 'transformer_overload'],
  ['two currents', { current_l2_a: null }, 3750, 'transformer_phase_imbalance'],
  ['small currents', { current_l1_a: 20, current_l2_a: 2, current_l3_a: 2 }, 3750, 'transformer_phase_imbalance'],
  [
    'no voltages and no power',
    { voltage_l12_v: null, voltage_l1_v: null, active_power_kw: 0 },
    3750,
    'transformer_dead',
  ],
])('%s: unknown', (_, over, ratedKva, id) => {
  const found = judge({ ...HEALTHY, ...over }, ratedKva);
  expect(found.unknown).toContain(id);
  expect(found.own).toEqual({});
});

it('power that flows without a voltage to be read: not dead', () => {
  expect(judge({ active_power_kw: 3000 }).unknown).not.toContain('transformer_dead');
});

it('the oil is judged where a meter tells it', () => {
  const found = judge({ ...HEALTHY, temp_oil_c: 96 });
  expect(found.own).toEqual({
    transformer_too_hot: { zone: 'raise', value: 96 },
    transformer_hot: { zone: 'raise', value: 96 },
  });
});
