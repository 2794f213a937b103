import type { MetricName } from '@hearst/protocol';

/** What a field of the controller's state is: a number in a unit (pressures in the one that is configured), or yes/no. */
export type FieldKind = 'number' | 'watts' | 'tenths' | 'pressure' | 'flag';

export interface Field {
  readonly kind: FieldKind;
  /** Where several fields give one metric the largest value counts. */
  readonly metrics: readonly MetricName[];
}

const number = (...metrics: MetricName[]): Field => ({ kind: 'number', metrics });
const flag = (...metrics: MetricName[]): Field => ({ kind: 'flag', metrics });

/**
 * Fields of `coolerState`, in the maker's spelling, of hydro (HD5, HK3, HW5) and immersion containers. The same names and
 * metrics as in the profiles antspace-hd5 and antspace-immersion, which a test compares. Temperatures are °C, flow is
 * m³/h, boxes' power is W; power_a_distribution and power_b_distribution are kWh counters in spite of their names.
 */
export const FIELDS: Readonly<Record<string, Field>> = {
  supply_liquid_temp: number('temp_supply_c'),
  return_liquid_temp: number('temp_return_c'),
  supply_liquid_set_temp: number('temp_supply_setpoint_c'),
  colding_tower_inlet_temp: number('temp_tower_inlet_c'),
  antbox_internal_temp: number('temp_container_c'),
  antbox_internal_humidity: number('humidity_container_pct'),
  supply_liquid_pressure: { kind: 'pressure', metrics: ['pressure_supply_bar'] },
  return_liquid_pressure: { kind: 'pressure', metrics: ['pressure_return_bar'] },
  supply_liquid_flow: number('flow_m3h'),
  distribution_box1_power: { kind: 'watts', metrics: ['power_box1_kw'] },
  distribution_box2_power: { kind: 'watts', metrics: ['power_box2_kw'] },
  power_a_distribution: number('energy_box1_kwh'),
  power_b_distribution: number('energy_box2_kwh'),

  circulating_pump: flag('pump_circulating'),
  fluid_infusion_pump: flag('pump_infusion'),
  spray_pump: flag('pump_spray'),
  fan1: flag('fan_1'),
  fan2: flag('fan_2'),
  cooling_tower_fan1: flag('tower_fan_1'),
  cooling_tower_fan2: flag('tower_fan_2'),
  cooling_tower_fan3: flag('tower_fan_3'),
  running_mode: flag('mode_running'),
  pid_mode: flag('mode_pid'),
  disconnect: flag('disconnected'),

  power_fault: flag('fault_power'),
  power_relay_fault: flag('fault_power_relay'),
  phasefailure: flag('fault_phase'),
  liquid_level_low: flag('fault_level_low'),
  liquid_level_high: flag('fault_level_high'),
  circulating_pump_fault: flag('fault_pump_circulating'),
  second_pump1_fault: flag('fault_pump_secondary_1'),
  second_pump2_fault: flag('fault_pump_secondary_2'),
  fluid_infusion_pump_fault: flag('fault_pump_infusion'),
  spray_pump_fault: flag('fault_pump_spray'),
  leakage_fault: flag('fault_leak'),
  cooling_tower_liquid_level_low: flag('fault_tower_level_low'),
  supply_liquid_temp_fault: flag('fault_temp_supply'),
  return_liquid_temp_fault: flag('fault_temp_return'),
  fan_fault: flag('fault_fan'),
  fan1_fault: flag('fault_fan'),
  fan2_fault: flag('fault_fan'),
  cooling_tower_fan1_fault: flag('fault_tower_fan_1'),
  cooling_tower_fan2_fault: flag('fault_tower_fan_2'),
  cooling_tower_fan3_fault: flag('fault_tower_fan_3'),

  supply_liquid_temp_high: flag('alarm_temp_supply_high'),
  supply_liquid_temp_too_high: flag('alarm_temp_supply_too_high'),
  supply_liquid_pressure_high: flag('alarm_pressure_supply_high'),
  return_liquid_pressure_low: flag('alarm_pressure_return_low'),
  supply_liquid_flow_low: flag('alarm_flow_low'),
  freezing_alarm: flag('alarm_freezing'),

  // Immersion: primary is water, secondary oil in two loops, the warmer of which counts for the container.
  primary_supply_temp: number('temp_primary_supply_c'),
  primary_return_temp: number('temp_primary_return_c'),
  second_supply_temp1: number('temp_secondary_supply_1_c', 'temp_supply_c'),
  second_supply_temp2: number('temp_secondary_supply_2_c', 'temp_supply_c'),
  second_return_temp1: number('temp_secondary_return_1_c', 'temp_return_c'),
  second_return_temp2: number('temp_secondary_return_2_c', 'temp_return_c'),
  out_temp: number('temp_outdoor_c'),
  container_temp: number('temp_container_c'),
  container_humidity: number('humidity_container_pct'),
  tank_a_level: number('level_tank_a_pct'),
  tank_b_level: number('level_tank_b_pct'),
  tank_c_level: number('level_tank_c_pct'),
  tank_d_level: number('level_tank_d_pct'),
  drycooler_freq: number('frequency_dry_cooler_hz'),
  feedback_fre: number('frequency_feedback_hz'),
  vol_a_distribution: { kind: 'tenths', metrics: ['voltage_box_l1_v'] },
  vol_b_distribution: { kind: 'tenths', metrics: ['voltage_box_l2_v'] },
  vol_c_distribution: { kind: 'tenths', metrics: ['voltage_box_l3_v'] },
  cur_a_distribution: number('current_box_l1_a'),
  cur_b_distribution: number('current_box_l2_a'),
  cur_c_distribution: number('current_box_l3_a'),
  one_pump: flag('pump_primary'),
  second_pump1: flag('pump_secondary_1', 'pump_circulating'),
  second_pump2: flag('pump_secondary_2', 'pump_circulating'),
  dry_cooler_freq_run: flag('dry_cooler_running'),
  dry_cooler_power_freq_run: flag('dry_cooler_running'),
  container_fan: flag('fan_1'),
  valve1_open: flag('valve_1_open'),
  valve2_open: flag('valve_2_open'),
  primary_circulating_pump: flag('fault_pump_circulating'),
  power_distribution_Fault: flag('fault_power_distribution'),
  lever_sensor_fault: flag('fault_level_sensor'),
  lever_high: flag('fault_level_high'),
  lever_low: flag('fault_level_low'),
  smoke_sensor_fault: flag('fault_smoke'),
  dry_cooler_power_fre_fault: flag('fault_dry_cooler'),
  dry_cooler_fre_conv: flag('fault_dry_cooler'),
  return_liquid_temp_high: flag('alarm_temp_return_high'),
  return_liquid_temp_too_high: flag('alarm_temp_return_too_high'),
  power_distribution_temp_high: flag('alarm_temp_distribution_high'),
};
