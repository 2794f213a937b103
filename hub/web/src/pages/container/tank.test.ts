import { expect, it } from 'vitest';
import { tankOf } from './tank.ts';

const HYDRO = { model: 'ANTSPACE HD5', temp_supply_c: 35, temp_return_c: 45, cooling: { pump_circulating: 1 } };
const OIL = {
  model: null,
  temp_supply_c: 36,
  temp_return_c: 44,
  cooling: {
    temp_primary_supply_c: 31,
    temp_primary_return_c: null,
    temp_secondary_supply_1_c: 36,
    temp_secondary_return_1_c: 44,
    pump_secondary_1: 1,
    pump_secondary_2: 0,
    level_tank_a_pct: 86.5,
    level_tank_b_pct: null,
    dry_cooler_running: 1,
    frequency_feedback_hz: 37.8,
  },
};

it('what its controller tells decides, and its name where that is silent', () => {
  expect(tankOf(HYDRO)).toBeNull();
  expect(tankOf({ ...HYDRO, cooling: null })).toBeNull();
  expect(tankOf(OIL)).not.toBeNull();
  expect(tankOf({ ...OIL, model: 'ANTSPACE immersion', cooling: null })).not.toBeNull();
});

it('tells loops, tanks, primary circuit and dry cooler; what is not told is not known', () => {
  expect(tankOf(OIL)).toEqual({
    loops: [
      { supply: 36, back: 44, pump: true },
      { supply: null, back: null, pump: false },
    ],
    levels: [
      { name: 'A', percent: 86.5 },
      { name: 'B', percent: null },
    ],
    primary: { supply: 31, back: null, pump: null },
    dryCooler: { running: true, hertz: 37.8 },
    outdoor: null,
  });
});

it('of a controller that is silent nothing is known but its four tanks', () => {
  const tank = tankOf({ model: 'Immersion 40', temp_supply_c: null, temp_return_c: null, cooling: null });
  expect(tank?.loops).toEqual([{ supply: null, back: null, pump: null }]);
  expect(tank?.levels.map(({ percent }) => percent)).toEqual([null, null, null, null]);
});
