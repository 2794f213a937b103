import { didYouMean, GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { type EffectiveRule, effectiveRules } from '../alerts/effective-rule.ts';
import { DEFAULT_RULES } from '../alerts/rule-book.ts';
import { changedSettings, type KeptSettings, type SettingsChange, settingsFaults } from '../alerts/rule-settings.ts';
import { lockActivity } from '../db/queries/activity.ts';
import { type AlertRuleRow, deleteRule, ruleRows, setRule } from '../db/queries/alert-rules.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { invalidRequest, Problem, refusedField } from '../http/problem.ts';
import { changed } from './changed.ts';
import { assertOpen } from './company.ts';
import { nameOf } from './name-of.ts';

/**
 * The alert rules of a project: the catalogue's, with what the company (HEARST-000) or the project has changed. A
 * project's own settings take the place of the company's; whoever begins to change a rule begins with what holds then.
 */

export type ProjectRule = EffectiveRule<AlertRuleRow>;

/** All rules of a project. The transaction's list of projects has to hold HEARST-000 too. */
export async function rulesOf(client: ClientBase, projectId: string): Promise<ProjectRule[]> {
  return effectiveRules(projectId, await ruleRows(client, projectId));
}

/** One of them; 404 where the catalogue has none of that id. */
export async function ruleOf(client: ClientBase, projectId: string, ruleId: string): Promise<ProjectRule> {
  const found = (await rulesOf(client, projectId)).find(({ standard }) => standard.id === ruleId);
  if (found === undefined) throw missing('alert_rule', ruleId);
  return found;
}

/**
 * Changes a rule for a project, or for all of them.
 *
 * @param check is called with the rule as it stands, nobody else changing it; throws to refuse
 */
export async function changeRule(
  change: Change,
  projectId: string,
  ruleId: string,
  fields: SettingsChange,
  check: (rule: ProjectRule) => void,
): Promise<ProjectRule> {
  const { client, at, principal } = change;
  const before = await locked(change, projectId, ruleId);
  check(before);
  const kept = keptOf(before);
  const faults = settingsFaults(before.standard, kept, fields);
  if (faults.length > 0) throw invalidRequest(faults);
  const settings = changedSettings(kept, fields);
  const differs = changed(flat(kept), flat(settings));
  if (differs === null) return before;
  await setRule(
    client,
    {
      ...{ project_id: projectId, rule_id: ruleId, alert_type: before.standard.alertType },
      ...settings,
      ...{ definition: { ...settings.definition }, updated_by: nameOf(principal) },
    },
    at,
  );
  await change.record({ ...filed(projectId, ruleId, 'update'), ...differs });
  return ruleOf(client, projectId, ruleId);
}

/** Takes back what a project, or the company, has changed of a rule; 404 where that is nothing. */
export async function resetRule(change: Change, projectId: string, ruleId: string): Promise<ProjectRule> {
  const before = await locked(change, projectId, ruleId);
  const { row } = before;
  if (row?.project_id !== projectId || !(await deleteRule(change.client, projectId, ruleId)))
    throw new Problem(
      'not_found',
      say(
        `${projectId} has changed nothing of the rule ${ruleId}: there is nothing to take back.`,
        `${projectId} n'a rien changé à la règle ${ruleId} : il n'y a rien à reprendre.`,
      ),
    );
  await change.record({ ...filed(projectId, ruleId, 'reset'), before: flat(row) });
  return ruleOf(change.client, projectId, ruleId);
}

/** Throws 422 where a request names a rule that there is none of. */
export function assertRule(ruleId: string, pointer: string): void {
  const ids = DEFAULT_RULES.map(({ id }) => id);
  if (ids.includes(ruleId)) return;
  const meant = didYouMean(ruleId, ids);
  throw refusedField(
    pointer,
    'unknown_rule',
    meant === null
      ? say('there is no such rule (GET /api/alert-rules)', "cette règle n'existe pas (GET /api/alert-rules)")
      : say(`there is no such rule: did you mean ${meant}?`, `cette règle n'existe pas : vouliez-vous dire ${meant} ?`),
  );
}

/** The rule as it stands. Whoever changes rules of the same project waits: all of them end in its log. */
async function locked(change: Change, projectId: string, ruleId: string): Promise<ProjectRule> {
  await assertOpen(change, projectId);
  await change.include(GLOBAL_PROJECT_ID);
  await lockActivity(change.client, projectId);
  return ruleOf(change.client, projectId, ruleId);
}

/** What holds, as a row keeps it. */
export function keptOf({ row, standard: { enabled, severity } }: ProjectRule): KeptSettings {
  return row ?? { enabled, severity, definition: {} };
}

function flat({ enabled, severity, definition }: KeptSettings): Record<string, unknown> {
  return { enabled, severity, ...definition };
}

function filed(project: string, ruleId: string, verb: string) {
  return { project, action: `alert_rule.${verb}`, target: { type: 'alert_rule', id: ruleId } };
}
