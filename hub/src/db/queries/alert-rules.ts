import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { alert_rules as rules } from '../schema.ts';

/** What a project, or for HEARST-000 the company, has changed of a rule. */
export type AlertRuleRow = typeof rules.$inferSelect;

/** What was changed of rules for a project and for all projects, so far as it may be seen. */
export function ruleRows(client: ClientBase, projectId: string): Promise<AlertRuleRow[]> {
  return on(client)
    .select()
    .from(rules)
    .where(inArray(rules.project_id, [GLOBAL_PROJECT_ID, projectId]));
}

/** Sets what is changed of a rule; a row that is there is written over. */
export async function setRule(
  client: ClientBase,
  rule: Pick<
    AlertRuleRow,
    'project_id' | 'rule_id' | 'alert_type' | 'severity' | 'enabled' | 'definition' | 'updated_by'
  >,
  at: Date,
): Promise<void> {
  const { severity, enabled, definition, updated_by } = rule;
  await on(client)
    .insert(rules)
    .values({ ...rule, created_at: at, updated_at: at })
    .onConflictDoUpdate({
      target: [rules.project_id, rules.rule_id],
      set: { severity, enabled, definition, updated_by, version: sql`${rules.version} + 1`, updated_at: at },
    });
}

/** Whether there was something to delete. */
export async function deleteRule(client: ClientBase, projectId: string, ruleId: string): Promise<boolean> {
  const gone = await on(client)
    .delete(rules)
    .where(and(eq(rules.project_id, projectId), eq(rules.rule_id, ruleId)))
    .returning({ id: rules.rule_id });
  return gone.length > 0;
}
