import type { Alert } from '../../api/alerts.ts';
import type { Container } from '../../api/containers.ts';

/** What of a cooling loop is drawn or told. */
export type Element =
  | 'supply'
  | 'return'
  | 'deltaT'
  | 'flow'
  | 'pressureSupply'
  | 'pressureReturn'
  | 'pump'
  | 'infusion'
  | 'spray'
  | 'cooler'
  | 'fans'
  | 'leak'
  | 'level'
  | 'electricity';
export type Badness = 'critical' | 'warning';

/** Flags of a cooling controller that say that something is wrong: where it belongs in the drawing, and how bad it is. */
const FLAGS = {
  fault_leak: ['leak', 'critical'],
  fault_pump_circulating: ['pump', 'critical'],
  fault_pump_infusion: ['infusion', 'warning'],
  fault_pump_spray: ['spray', 'warning'],
  fault_fan: ['fans', 'warning'],
  fault_level_low: ['level', 'warning'],
  fault_level_high: ['level', 'warning'],
  fault_tower_level_low: ['cooler', 'warning'],
  fault_temp_supply: ['supply', 'warning'],
  fault_temp_return: ['return', 'warning'],
  fault_power: ['electricity', 'warning'],
  fault_phase: ['electricity', 'warning'],
  alarm_temp_supply_high: ['supply', 'warning'],
  alarm_temp_supply_too_high: ['supply', 'critical'],
  alarm_pressure_supply_high: ['pressureSupply', 'warning'],
  alarm_pressure_return_low: ['pressureReturn', 'warning'],
  alarm_flow_low: ['flow', 'warning'],
  alarm_freezing: ['supply', 'warning'],
  fault_smoke: ['electricity', 'critical'],
  fault_dry_cooler: ['cooler', 'warning'],
  fault_unit: ['cooler', 'warning'],
  fault_pump_secondary_1: ['pump', 'warning'],
  fault_pump_secondary_2: ['pump', 'warning'],
  fault_level_sensor: ['level', 'warning'],
  fault_tower_fan_1: ['fans', 'warning'],
  fault_tower_fan_2: ['fans', 'warning'],
  fault_tower_fan_3: ['fans', 'warning'],
  fault_power_relay: ['electricity', 'warning'],
  fault_power_distribution: ['electricity', 'warning'],
  alarm_temp_return_high: ['return', 'warning'],
  alarm_temp_return_too_high: ['return', 'critical'],
  alarm_temp_distribution_high: ['electricity', 'warning'],
} as const satisfies Record<string, readonly [Element, Badness]>;
export type Flag = keyof typeof FLAGS;

export const badnessOf = (flag: Flag): Badness => FLAGS[flag][1];

/** Where the hub's rules about a loop belong in the drawing. */
const RULES: Readonly<Record<string, readonly Element[]>> = {
  pump_stopped: ['pump'],
  leak: ['leak'],
  level_low: ['level'],
  flow_low: ['flow'],
  pressure_out_of_band: ['pressureSupply'],
  return_pressure_low: ['pressureReturn'],
  supply_hot: ['supply'],
  supply_too_hot: ['supply'],
  supply_cold: ['supply'],
  return_hot: ['return'],
  delta_t_abnormal: ['deltaT'],
};

export interface Loop {
  /** Null: not known. */
  readonly supply: number | null;
  readonly back: number | null;
  readonly deltaT: number | null;
  readonly flow: number | null;
  readonly pressureSupply: number | null;
  readonly pressureReturn: number | null;
  readonly pump: boolean | null;
  readonly infusion: boolean | null;
  readonly spray: boolean | null;
  readonly leak: boolean | null;
  readonly level: 'normal' | 'low' | 'high' | null;
  readonly setpoint: number | null;
  readonly towerFans: { readonly running: number; readonly known: number };
  /** What is abnormal, by an open alert or by a flag of the controller. */
  readonly wrong: ReadonlyMap<Element, Badness>;
  /** The flags that are raised. */
  readonly flags: readonly Flag[];
}

type Told = Pick<
  Container,
  'cooling' | 'temp_supply_c' | 'temp_return_c' | 'flow_m3h' | 'pressure_supply_bar' | 'pressure_return_bar'
>;

export function loopOf(container: Told, alerts: readonly Pick<Alert, 'rule_id' | 'severity' | 'target_type'>[]): Loop {
  const { cooling, temp_supply_c: supply, temp_return_c: back } = container;
  const value = (name: string): number | null => cooling?.[name] ?? null;
  const flag = (name: string): boolean | null => {
    const told = value(name);
    return told === null ? null : told > 0;
  };
  const flags = (Object.keys(FLAGS) as Flag[]).filter((name) => flag(name) === true);
  const fans = ['tower_fan_1', 'tower_fan_2', 'tower_fan_3'].map(flag).filter((runs) => runs !== null);
  const pump = flag('pump_circulating');
  return {
    supply,
    back,
    deltaT: supply === null || back === null ? null : back - supply,
    flow: container.flow_m3h,
    pressureSupply: container.pressure_supply_bar,
    pressureReturn: container.pressure_return_bar,
    pump,
    infusion: flag('pump_infusion'),
    spray: flag('pump_spray'),
    leak: flag('fault_leak'),
    level: levelOf(flag('fault_level_low'), flag('fault_level_high')),
    setpoint: value('temp_supply_setpoint_c'),
    towerFans: { running: fans.filter(Boolean).length, known: fans.length },
    wrong: wrongOf(flags, alerts),
    flags,
  };
}

function levelOf(low: boolean | null, high: boolean | null): Loop['level'] {
  if (low === true) return 'low';
  if (high === true) return 'high';
  return low === null && high === null ? null : 'normal';
}

function wrongOf(
  flags: readonly Flag[],
  alerts: readonly Pick<Alert, 'rule_id' | 'severity' | 'target_type'>[],
): ReadonlyMap<Element, Badness> {
  const wrong = new Map<Element, Badness>();
  const add = (element: Element, how: Badness): void => {
    if (wrong.get(element) !== 'critical') wrong.set(element, how);
  };
  for (const name of flags) add(FLAGS[name][0], FLAGS[name][1]);
  for (const { rule_id: rule, severity, target_type: target } of alerts)
    if (target === 'container' && rule !== null && severity !== 'info')
      for (const element of RULES[rule] ?? []) add(element, severity);
  return wrong;
}
