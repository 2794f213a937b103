import type { Target } from './target.ts';
import type { Topology } from './topology.ts';

/** What a silence or a maintenance window names: a target with all that stands below it, of one rule or of all. */
export interface Scope {
  readonly target: Target;
  /** Null: every rule. */
  readonly ruleId: string | null;
}

/** Whether an alert of a rule at a target falls into a scope. */
export function covers(scope: Scope, ruleId: string | null, target: Target, topology: Topology): boolean {
  if (scope.ruleId !== null && scope.ruleId !== ruleId) return false;
  return [target, ...topology.above(target)].some(
    ({ type, id }) => type === scope.target.type && id === scope.target.id,
  );
}
