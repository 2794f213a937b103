import { expect, it } from 'vitest';
import { agrees, balanceOf } from './thermal-balance.ts';

const C12 = { flow_m3h: 146.6, temp_supply_c: 34.6, temp_return_c: 44.8, power_consumption_kw: 1743.7, cooling: null };

it('heat is flow by difference by heat capacity', () => {
  const balance = balanceOf(C12);
  // 146.6 m³/h are 40.478 kg/s; by 10.2 K and 4.18 kJ/(kg K).
  expect(balance?.heatKw).toBeCloseTo(1725.82, 1);
  expect(balance?.share).toBeCloseTo(98.97, 1);
  expect(balance?.powerKw).toBe(1743.7);
});

it('heat is what the agent worked out, where it did', () => {
  expect(balanceOf({ ...C12, cooling: { heat_kw: 1600 } })?.heatKw).toBe(1600);
  expect(balanceOf({ ...C12, cooling: { heat_kw: null } })).toBeNull();
});

it.each(['flow_m3h', 'temp_supply_c', 'temp_return_c', 'power_consumption_kw'] as const)(
  'there is none without %s',
  (name) => {
    expect(balanceOf({ ...C12, [name]: null })).toBeNull();
  },
);

it('heat that the agent tells counts, also where the loop tells no flow', () => {
  const told = { ...C12, flow_m3h: null, cooling: { heat_kw: 1700 } };
  expect(balanceOf(told)?.heatKw).toBe(1700);
  // It knows the coolant, and does not know the heat: then nobody does.
  expect(balanceOf({ ...C12, cooling: { heat_kw: null } })).toBeNull();
});

it('there is none without power', () => {
  expect(balanceOf({ ...C12, power_consumption_kw: 0 })).toBeNull();
});

it('a loop that stands carries no heat', () => {
  expect(balanceOf({ ...C12, flow_m3h: 0 })?.share).toBe(0);
});

it.each([
  [96.9, false],
  [97, true],
  [103, true],
  [103.1, false],
])('%d %% agrees: %s', (share, expected) => {
  expect(agrees({ heatKw: 1, powerKw: 1, share })).toBe(expected);
});
