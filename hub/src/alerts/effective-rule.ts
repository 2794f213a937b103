import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { AlertRule } from './rule.ts';
import { DEFAULT_RULES, type RuleOverride, ruleBook } from './rule-book.ts';

/** Whose settings of a rule hold: nobody's but the catalogue's, those for all projects, or the project's own. */
export const DECIDERS = ['default', 'company', 'project'] as const;
export type Decider = (typeof DECIDERS)[number];

/** A rule as it holds in one project, and why. */
export interface EffectiveRule<Row extends RuleOverride> {
  readonly rule: AlertRule;
  readonly standard: AlertRule;
  readonly decidedBy: Decider;
  /** The row that decides; null where nothing is changed. */
  readonly row: Row | null;
}

/** Every rule of the catalogue as it holds in a project, by the rows of the project and of HEARST-000. */
export function effectiveRules<Row extends RuleOverride>(
  projectId: string,
  rows: readonly Row[],
): EffectiveRule<Row>[] {
  const ordered = rows.toSorted((a, b) => rankOf(a) - rankOf(b));
  const bad = new Set<string>();
  const book = ruleBook(ordered, (fault) => bad.add(`${fault.projectId} ${fault.ruleId}`));
  return DEFAULT_RULES.map((standard) => {
    const row =
      ordered.findLast((one) => one.rule_id === standard.id && !bad.has(`${one.project_id} ${one.rule_id}`)) ?? null;
    return { rule: book.get(standard.id) ?? standard, standard, decidedBy: deciderOf(row), row };
  });

  function deciderOf(row: Row | null): Decider {
    if (row === null) return 'default';
    return row.project_id === projectId && projectId !== GLOBAL_PROJECT_ID ? 'project' : 'company';
  }
}

/** What is for all projects comes first, so that the project's own takes its place. */
function rankOf({ project_id }: RuleOverride): number {
  return project_id === GLOBAL_PROJECT_ID ? 0 : 1;
}
