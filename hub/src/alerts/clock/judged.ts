import type { Finding, Findings } from '../conditions.ts';
import { findingOf } from '../judge/zone.ts';
import type { RuleBook } from '../rule.ts';
import type { Judged, Known } from './source.ts';

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
    const decided = typeof reading === 'object' && reading !== null;
    const found = findingOf(rule, decided ? reading.holds : reading);
    if (found === 'unknown') unknown.push(id);
    else if (found !== null) own[id] = decided ? { ...found, value: reading.value } : found;
  }
  return { at: +now, own, miners: {}, unknown, silent: [] };
}
