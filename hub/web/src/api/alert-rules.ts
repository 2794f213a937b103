import type { AlertRule } from '@hearst/hub/http/schemas/alert-rules.ts';
import { queryOptions } from '@tanstack/react-query';
import i18next from 'i18next';
import { ask } from './http.ts';
import type { List } from './list.ts';

export type { AlertRule };

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
