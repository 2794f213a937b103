import type { MetricName, Values } from '@hearst/protocol';
import type { Finding, Findings } from '../conditions.ts';
import type { AlertRule, RuleBook } from '../rule.ts';
import { findingOf, judgedRules, numberOption, type Reading } from './zone.ts';

/** A meter's reading: when, and what it said; null when it did not answer. */
export interface MeterReading {
  readonly at: number;
  readonly values: Values | null;
}

/**
 * What one reading of a meter says of its transformer. Pure. A reading that is missing is unknown, never clear.
 *
 * @param ratedKva of the transformer; null: its load is unknown
 */
export function judgeMeter({ at, values }: MeterReading, ratedKva: number | null, rules: RuleBook): Findings {
  const own: Record<string, Finding> = {};
  const unknown: string[] = [];
  for (const rule of judgedRules(rules, 'transformer')) {
    const found = findingOf(rule, meterReading(values, ratedKva, rule));
    if (found === 'unknown') unknown.push(rule.id);
    else if (found !== null) own[rule.id] = found;
  }
  return { at, own, miners: {}, unknown, silent: [] };
}

/** One reading of a transformer by its name: worked out, or a value of its meter. */
function meterReading(values: Values | null, ratedKva: number | null, rule: AlertRule): Reading {
  if (rule.reading === 'meter_silent') return values === null;
  if (values === null) return null;
  if (rule.reading === 'de_energised') return deEnergised(values, rule);
  if (rule.reading === 'load_pct') return loadPct(values, ratedKva);
  if (rule.reading === 'current_imbalance_pct') return currentImbalance(values, rule);
  return values[rule.reading as MetricName] ?? null;
}

const LINE: readonly MetricName[] = ['voltage_l12_v', 'voltage_l23_v', 'voltage_l31_v'];
const PHASE: readonly MetricName[] = ['voltage_l1_v', 'voltage_l2_v', 'voltage_l3_v'];

/** By the highest voltage between phases; without any only a power that flows says something: that it is not. */
function deEnergised(values: Values, rule: AlertRule): boolean | null {
  const line = known(values, LINE);
  const phase = known(values, PHASE).map((volts) => volts * Math.sqrt(3));
  if (line.length + phase.length > 0) return Math.max(...line, ...phase) < numberOption(rule, 'below_v', 0);
  const kw = values.active_power_kw ?? null;
  return kw !== null && Math.abs(kw) >= numberOption(rule, 'below_kw', 0) ? false : null;
}

function loadPct({ apparent_power_kva: kva = null }: Values, ratedKva: number | null): number | null {
  return kva === null || ratedKva === null || ratedKva <= 0 ? null : (kva / ratedKva) * 100;
}

const CURRENTS: readonly MetricName[] = ['current_l1_a', 'current_l2_a', 'current_l3_a'];

/** By how much the phase that is furthest off differs from the mean of all three. */
function currentImbalance(values: Values, rule: AlertRule): number | null {
  const amps = known(values, CURRENTS);
  if (amps.length < CURRENTS.length) return null;
  const mean = amps.reduce((sum, value) => sum + value, 0) / amps.length;
  if (mean < numberOption(rule, 'at_least_a', 0) || mean === 0) return null;
  return (Math.max(...amps.map((value) => Math.abs(value - mean))) / mean) * 100;
}

function known(values: Values, names: readonly MetricName[]): number[] {
  return names.map((name) => values[name]).filter((value) => typeof value === 'number');
}
