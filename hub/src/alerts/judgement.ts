import type { Conditions, Findings } from './conditions.ts';
import { latch, ripeKeys } from './latch.ts';
import type { RuleBook } from './rule.ts';

/** What one reading says by the rules that held when it came. */
export interface Judgement {
  readonly rules: RuleBook;
  readonly findings: Findings;
}

/** What holds now, and whether something has become ripe by it, or is so no longer. */
export interface Latched {
  readonly conditions: Conditions;
  readonly ripened: boolean;
}

/**
 * Joins readings, oldest first, to what held before. Those that are not newer than it say nothing.
 *
 * @returns null when none is newer: what held stays as it is
 */
export function latchAll(previous: Conditions | null, judgements: readonly Judgement[]): Latched | null {
  let conditions = previous;
  let rules: RuleBook | null = null;
  for (const judgement of judgements) {
    if (conditions !== null && judgement.findings.at <= conditions.at) continue;
    conditions = latch(conditions, judgement.findings);
    rules = judgement.rules;
  }
  if (conditions === null || rules === null) return null;
  return { conditions, ripened: !sameKeys(ripeKeys(previous, rules), ripeKeys(conditions, rules)) };
}

function sameKeys(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const key of a) if (!b.has(key)) return false;
  return true;
}

/** Judgements of one subject in the order of their readings. */
export function inOrder(judgements: readonly Judgement[]): readonly Judgement[] {
  return judgements.length < 2 ? judgements : [...judgements].sort((a, b) => a.findings.at - b.findings.at);
}
