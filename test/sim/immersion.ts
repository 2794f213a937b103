import type { Values } from '@hearst/protocol';

/** How the miners of a site are cooled: by water in them, or by oil that they stand in. */
export type CoolingKind = 'hydro' | 'immersion';

/** What stands at a site of either kind: the miner, the container, and the profile that reads its controller. */
export const KINDS = {
  hydro: { miner: 'Antminer S21 XP Hyd.', ths: 473, jPerTh: 1, container: 'ANTSPACE HD5', profile: 'antspace-hd5' },
  // 300 TH/s at 13.5 J/TH, beside 473 at 12.
  immersion: {
    ...{ miner: 'Antminer S21 XP Imm.', ths: 300, jPerTh: 13.5 / 12 },
    ...{ container: 'ANTSPACE immersion', profile: 'antspace-immersion' },
  },
} as const satisfies Record<CoolingKind, Kind>;

export interface Kind {
  /** The type that its replies tell. */
  readonly miner: string;
  readonly ths: number;
  /** Watts per hash beside a hydro miner's. */
  readonly jPerTh: number;
  readonly container: string;
  readonly profile: string;
}

/** A tank's oil stands so high, %, and so much lower once it is called low. */
const LEVEL = 86;
const LOST = 24;

/**
 * What the controller of an immersion container tells, from what a hydro container's would tell in its place: the oil's two
 * loops run a little warmer than water, the dry cooler's water cooler than both, and the four tanks hold less while a leak
 * lasts. Null where that one is silent.
 */
export function immersionValues(hydro: Values | null): Values | null {
  if (hydro === null) return null;
  const supply = (hydro.temp_supply_c ?? 0) + 0.3;
  const rise = 0.8 * ((hydro.temp_return_c ?? 0) - (hydro.temp_supply_c ?? 0));
  const kw = (hydro.power_box1_kw ?? 0) + (hydro.power_box2_kw ?? 0);
  const level = LEVEL - LOST * (hydro.fault_level_low ?? 0);
  // A line of 400 V at a power factor of 0.98.
  const amps = (kw * 1000) / (Math.sqrt(3) * 400 * 0.98);
  const cooling = hydro.tower_fan_1 ?? 0;
  const told = {
    temp_supply_c: tenth(supply),
    temp_return_c: tenth(supply + rise),
    temp_primary_supply_c: tenth(supply - 5),
    temp_primary_return_c: tenth(supply - 5 + 0.7 * rise),
    temp_secondary_supply_1_c: tenth(supply),
    temp_secondary_supply_2_c: tenth(supply - 0.2),
    temp_secondary_return_1_c: tenth(supply + rise),
    temp_secondary_return_2_c: tenth(supply + rise - 0.3),
    temp_supply_setpoint_c: 35,
    temp_outdoor_c: tenth(hydro.temp_tower_inlet_c ?? 0),
    temp_container_c: hydro.temp_container_c ?? null,
    humidity_container_pct: hydro.humidity_container_pct ?? null,
    level_tank_a_pct: tenth(level + 1.2),
    level_tank_b_pct: tenth(level),
    level_tank_c_pct: tenth(level - 0.8),
    level_tank_d_pct: tenth(level + 0.4),
    frequency_dry_cooler_hz: 38 * cooling,
    frequency_feedback_hz: 37.8 * cooling,
    voltage_box_l1_v: 230.9,
    voltage_box_l2_v: 231.2,
    voltage_box_l3_v: 230.4,
    current_box_l1_a: tenth(amps),
    current_box_l2_a: tenth(0.99 * amps),
    current_box_l3_a: tenth(1.01 * amps),
    pump_primary: cooling,
    pump_secondary_1: hydro.pump_circulating ?? null,
    pump_secondary_2: hydro.pump_circulating ?? null,
    pump_circulating: hydro.pump_circulating ?? null,
    dry_cooler_running: cooling,
    fan_1: 1,
    valve_1_open: 1,
    valve_2_open: 1,
    mode_running: 1,
    mode_pid: 1,
    disconnected: 0,
    fault_pump_circulating: hydro.fault_pump_circulating ?? null,
    fault_level_low: hydro.fault_level_low ?? null,
    fault_leak: hydro.fault_leak ?? null,
  };
  return told as Values;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
