import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { RuleOverride } from '../../alerts/rule-book.ts';
import { rowsFor } from './statements.ts';

/** What changes the rules of one project: rows for all projects, then its own. */
export async function ruleOverrides(client: ClientBase, projectId: string): Promise<RuleOverride[]> {
  return rowsFor<RuleOverride & object>(
    client,
    `select project_id, rule_id, severity, enabled, definition from alert_rules
      where project_id in ($1, $2) order by project_id = $1, rule_id`,
    [projectId, GLOBAL_PROJECT_ID],
  );
}
