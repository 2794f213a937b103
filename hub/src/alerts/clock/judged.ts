import type { Finding, Findings } from '../conditions.ts';
import type { AlertRule, RuleBook } from '../rule.ts';
import type { Judged, Known, Reading } from './source.ts';

/** Holds what is known of some targets against the rules that are on. */
export function judged(known: readonly Known[], rules: RuleBook, now: Date): Judged[] {
  return known.map(({ target, readings }) => ({ target, findings: findingsOf(readings, rules, now) }));
}

function findingsOf(readings: Known['readings'], rules: RuleBook, now: Date): Findings {
  const own: Record<string, Finding> = {};
  const unknown: string[] = [];
  for (const [id, reading] of Object.entries(readings)) {
    const rule = rules.get(id);
    if (!rule?.enabled) continue;
    if (reading === null) unknown.push(id);
    else {
      const finding = findingOf(rule, reading);
      if (finding !== null) own[id] = finding;
    }
  }
  return { at: +now, own, miners: {}, unknown, silent: [] };
}

/** Null where the rule is clear, or has no bound. */
function findingOf(rule: AlertRule, reading: NonNullable<Reading>): Finding | null {
  if (typeof reading === 'object') return reading.holds ? { zone: 'raise', value: reading.value } : null;
  const { raise, clear, when } = rule;
  if (raise === null) return null;
  const beyond = (bound: number): boolean => (when === 'below' ? reading < bound : reading > bound);
  if (beyond(raise)) return { zone: 'raise', value: reading };
  return beyond(clear ?? raise) ? { zone: 'keep', value: reading } : null;
}
