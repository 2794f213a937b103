import type { AlertTarget } from '../db/schema.ts';

/** What an alert is about. A `global` one has the id '' and belongs to HEARST-000. */
export interface Target {
  readonly type: AlertTarget;
  readonly id: string;
}

/** One word for a rule and a target of one project: the same key is never open twice. */
export function alertKey(ruleId: string, target: Target): string {
  return `${ruleId} ${target.type} ${target.id}`;
}
