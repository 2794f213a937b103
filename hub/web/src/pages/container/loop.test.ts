import { describe, expect, it } from 'vitest';
import { loopOf } from './loop.ts';

const CONTAINER = {
  temp_supply_c: 35,
  temp_return_c: 45,
  flow_m3h: 147,
  pressure_supply_bar: 2.9,
  pressure_return_bar: 1.3,
  cooling: {
    pump_circulating: 1,
    fault_leak: 0,
    fault_level_low: 0,
    fault_level_high: 0,
    tower_fan_1: 1,
    tower_fan_2: 0,
  },
};

const alert = (rule_id: string, severity: 'critical' | 'warning' | 'info' = 'critical') =>
  ({ rule_id, severity, target_type: 'container' }) as const;

it('tells what the controller says, and counts only the fans that it knows', () => {
  expect(loopOf(CONTAINER, [])).toMatchObject({
    deltaT: 10,
    pump: true,
    infusion: null,
    leak: false,
    level: 'normal',
    towerFans: { running: 1, known: 2 },
    flags: [],
  });
  expect(loopOf(CONTAINER, []).wrong.size).toBe(0);
});

it('of a controller that does not answer nothing is known', () => {
  const silent = { ...CONTAINER, cooling: null, temp_return_c: null };
  expect(loopOf(silent, [])).toMatchObject({ deltaT: null, pump: null, leak: null, level: null });
});

describe('what is abnormal', () => {
  it('by an open alert', () => {
    expect([...loopOf(CONTAINER, [alert('flow_low'), alert('supply_hot', 'warning')]).wrong]).toEqual([
      ['flow', 'critical'],
      ['supply', 'warning'],
    ]);
  });

  it('by a flag of the controller, which is named', () => {
    const { wrong, flags, level } = loopOf({ ...CONTAINER, cooling: { fault_level_low: 1, alarm_flow_low: 1 } }, []);
    expect([...wrong]).toEqual([
      ['level', 'warning'],
      ['flow', 'warning'],
    ]);
    expect(flags).toEqual(['fault_level_low', 'alarm_flow_low']);
    expect(level).toBe('low');
  });

  it('a warning takes nothing from what is critical', () => {
    const flagged = { ...CONTAINER, cooling: { fault_pump_circulating: 1 } };
    expect(loopOf(flagged, [alert('pump_stopped', 'warning')]).wrong.get('pump')).toBe('critical');
  });

  it('not by alerts about something else', () => {
    const others = [alert('miners_hot_many'), { ...alert('flow_low'), target_type: 'miner' as const }];
    expect(loopOf(CONTAINER, others).wrong.size).toBe(0);
  });
});
