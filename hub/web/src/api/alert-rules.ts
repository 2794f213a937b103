import type { AlertRule, RuleTestResult } from '@hearst/hub/http/schemas/alert-rules.ts';
import { queryOptions } from '@tanstack/react-query';
import i18next from 'i18next';
import { ask, askTagged, type Tagged } from './http.ts';
import type { List } from './list.ts';

export type { AlertRule, RuleTestResult };

/** Rules by their ids. */
export type RuleBook = ReadonlyMap<string, AlertRule>;

/** Whose rules hold for all projects. */
const ALL_PROJECTS = 'HEARST-000';

/** The rules of a project, or those for all of them, named in the reader's language. */
export const rulesQuery = (projectId: string = ALL_PROJECTS) =>
  queryOptions({
    queryKey: ['alert-rules', projectId, i18next.resolvedLanguage],
    queryFn: async ({ signal }): Promise<RuleBook> => {
      const { data } = await ask<List<AlertRule>>('/api/alert-rules', { query: { project_id: projectId }, signal });
      return new Map(data.map((rule) => [rule.rule_id, rule]));
    },
    staleTime: 300_000,
  });

export const readRule = (projectId: string, ruleId: string): Promise<Tagged<AlertRule>> =>
  askTagged(`/api/alert-rules/${ruleId}`, { query: { project_id: projectId } });

/** A rule to be changed. Asked once: what somebody is writing is not to be replaced under their hands. */
export const editedRuleQuery = (projectId: string, ruleId: string) =>
  queryOptions({
    queryKey: ['edited-rule', projectId, ruleId],
    queryFn: () => readRule(projectId, ruleId),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** What a rule tells people to do, in a language that need not be the reader's. */
export const runbookQuery = (projectId: string, ruleId: string, language: string) =>
  queryOptions({
    queryKey: ['runbook', projectId, ruleId, language],
    queryFn: async ({ signal }) => {
      const asking = { query: { project_id: projectId }, signal, language };
      const { name, runbook } = await ask<AlertRule>(`/api/alert-rules/${ruleId}`, asking);
      return { name, runbook };
    },
    staleTime: 300_000,
  });

type RuleSettings = AlertRule['defaults'];
export type RuleChange = Partial<
  Omit<RuleSettings, 'raise' | 'clear'> & { readonly raise: number; readonly clear: number }
>;
/** What can be tried of it: all that says when it fires. */
export type RuleTrial = Omit<RuleChange, 'enabled' | 'severity'>;

export const changeRule = (projectId: string, ruleId: string, body: RuleChange, ifMatch: string): Promise<AlertRule> =>
  ask(`/api/alert-rules/${ruleId}`, { method: 'PUT', query: { project_id: projectId }, body, ifMatch });

/** Takes back what was changed of it there. */
export const resetRule = (projectId: string, ruleId: string): Promise<AlertRule> =>
  ask(`/api/alert-rules/${ruleId}`, { method: 'DELETE', query: { project_id: projectId } });

/** How often it would have fired in a project in the last seven days. */
export const testRule = (projectId: string, ruleId: string, body: RuleTrial): Promise<RuleTestResult> =>
  ask(`/api/alert-rules/${ruleId}/test`, { method: 'POST', query: { project_id: projectId }, body });
