import { type Coolant, heatKwOf, type MetricName, type Values } from '@hearst/protocol';
import type { ModbusReading } from '../driver.ts';

/**
 * What follows from a loop's values and stands in none of its registers: the heat it carries away, and whether its
 * pressures are told in another unit than configured.
 */
export function completed(reading: ModbusReading, coolant: Coolant): ModbusReading {
  const checked = withoutWrongUnit(reading);
  const heatKw = heatOf(checked.values, coolant);
  return heatKw === undefined ? checked : { ...checked, values: { ...checked.values, heat_kw: heatKw } };
}

/** Null where one of flow, supply and return is unknown; undefined where the loop does not tell one of them at all. */
function heatOf(values: Values, coolant: Coolant): number | null | undefined {
  const { flow_m3h: flow, temp_supply_c: supply, temp_return_c: back } = values;
  if (flow === undefined || supply === undefined || back === undefined) return undefined;
  if (flow === null || supply === null || back === null) return null;
  return Number(heatKwOf(flow, back - supply, coolant).toPrecision(6));
}

/** Between these a loop in operation stands, bar. */
const LEAST_BAR = 0.5;
const MOST_BAR = 10;
/** Above this flow a loop is in operation, m³/h: one HD5 moves 148. */
const OPERATING_M3H = 10;

const PRESSURES: readonly MetricName[] = [
  'pressure_supply_bar',
  'pressure_return_bar',
  'pressure_pump_inlet_bar',
  'pressure_pump_outlet_bar',
  'pressure_filter_drop_bar',
];

/**
 * Bar and MPa differ by ten. A loop in operation whose supply pressure cannot be true, and would be if it were ten times
 * as much or a tenth, is told in the other unit: then all its pressures are unknown rather than wrong. The supply decides
 * for all, because a return of 0.3 bar may well be true.
 */
function withoutWrongUnit(reading: ModbusReading): ModbusReading {
  const { values, implausible } = reading;
  const read = (metric: MetricName) =>
    values[metric] ?? implausible.find((each) => each.metric === metric)?.value ?? null;
  const supply = read('pressure_supply_bar');
  if (supply === null || !isOperating(values) || fits(supply) || !(fits(supply * 10) || fits(supply / 10))) {
    return reading;
  }
  const struck = PRESSURES.flatMap((metric) => {
    const value = read(metric);
    return value === null ? [] : [{ metric, value, reason: 'pressure_unit' as const }];
  });
  const unknown = Object.fromEntries(struck.map(({ metric }) => [metric, null]));
  const others = implausible.filter(({ metric }) => !Object.hasOwn(unknown, metric));
  return { ...reading, values: { ...values, ...unknown }, implausible: [...others, ...struck] };
}

function isOperating({ flow_m3h: flow = null, pump_circulating: pump = null }: Values): boolean {
  return flow === null ? pump === 1 : flow > OPERATING_M3H;
}

const fits = (bar: number): boolean => bar >= LEAST_BAR && bar <= MOST_BAR;
