import type { Finding, Zone } from '../conditions.ts';
import type { AlertRule, RuleBook } from '../rule.ts';

/** What a reading may be. Null is unknown. */
export type Reading = number | boolean | null;

/** Where a number lies, as seen by a rule with thresholds: null is clear. */
export function zoneOf({ when, raise, clear }: AlertRule, value: number): Zone | null {
  if (raise === null || clear === null) return null;
  if (when === 'below') return value < raise ? 'raise' : value < clear ? 'keep' : null;
  return value > raise ? 'raise' : value > clear ? 'keep' : null;
}

/** What a rule finds in the reading of its subject: `unknown`, or null where it is clear. */
export function findingOf(rule: AlertRule, reading: Reading): Finding | 'unknown' | null {
  if (reading === null || Number.isNaN(reading)) return 'unknown';
  if (typeof reading === 'boolean') return reading ? { zone: 'raise', value: null } : null;
  const zone = zoneOf(rule, reading);
  return zone && { zone, value: reading };
}

/** The rules of one kind of target that a reading brings and that are to be judged. */
export function judgedRules(rules: RuleBook, target: AlertRule['target']): AlertRule[] {
  const judged: AlertRule[] = [];
  for (const rule of rules.values())
    if (rule.target === target && !rule.byClock && isOn(rule, rules)) judged.push(rule);
  return judged;
}

/**
 * Disabled rules find nothing, nor does one that compares with a list of what is allowed while that is empty, nor one that
 * counts what such rules find.
 */
function isOn({ enabled, options: { allowed, of } }: AlertRule, rules: RuleBook): boolean {
  if (!enabled || (Array.isArray(allowed) && allowed.length === 0)) return false;
  if (!Array.isArray(of)) return true;
  return of.map((id) => rules.get(id)).some((rule) => rule !== undefined && isOn(rule, rules));
}

/** A single number among a rule's options, or what is taken where there is none. */
export function numberOption(rule: AlertRule, name: string, otherwise: number): number {
  const value = rule.options[name];
  return typeof value === 'number' ? value : otherwise;
}
