import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { PoolClient } from 'pg';
import { withContext } from '../../db/client.ts';
import { changeRule, type ProjectRule, resetRule, ruleOf, rulesOf } from '../../operations/alert-rules.ts';
import { testRule } from '../../operations/rule-test.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { INSIDE } from '../inside.ts';
import { languageOf, say } from '../language/bilingual.ts';
import { assertProject } from '../missing.ts';
import { presentAlertRule, presentRuleTest } from '../present/alert-rules.ts';
import { changedResponse, Problem, problemResponse } from '../problem.ts';
import {
  AlertRule,
  AlertRuleChange,
  AlertRulePath,
  RulesOf,
  RuleTestResult,
  RuleTrial,
} from '../schemas/alert-rules.ts';
import { listOf } from '../schemas.ts';

/** When something is an alert, in a project or everywhere. */
export function alertRuleRoutes(services: Services): App {
  const { api } = services;
  const readers = allow(services, INSIDE);
  const writers = allow(services, ['super_admin', 'project_manager']);
  const answersRule = {
    200: { description: 'The rule as it holds now', content: { 'application/json': { schema: AlertRule } } },
    default: problemResponse,
  };

  const list = createRoute({
    method: 'get',
    path: '/api/alert-rules',
    summary: 'Alert rules as they hold in a project, and whose settings decide',
    middleware: readers,
    request: { query: RulesOf },
    responses: {
      200: { description: 'Rules', content: { 'application/json': { schema: listOf(AlertRule) } } },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/alert-rules/{ruleId}',
    summary: 'One alert rule as it holds in a project',
    middleware: readers,
    request: { params: AlertRulePath, query: RulesOf },
    responses: answersRule,
  });

  const put = createRoute({
    method: 'put',
    path: '/api/alert-rules/{ruleId}',
    summary: 'Change a rule for a project; for all of them (HEARST-000) super admins alone. Honours If-Match',
    middleware: writers,
    request: {
      params: AlertRulePath,
      query: RulesOf,
      body: { required: true, content: { 'application/json': { schema: AlertRuleChange } } },
    },
    responses: { ...answersRule, 412: changedResponse(AlertRule) },
  });

  const reset = createRoute({
    method: 'delete',
    path: '/api/alert-rules/{ruleId}',
    summary: 'Take back what was changed of a rule; answers it as it holds then',
    middleware: writers,
    request: { params: AlertRulePath, query: RulesOf },
    responses: answersRule,
  });

  const test = createRoute({
    method: 'post',
    path: '/api/alert-rules/{ruleId}/test',
    summary: 'Run a rule, changed or not, over the frames of the last 7 days: how often it would have fired',
    middleware: readers,
    request: {
      params: AlertRulePath,
      query: RulesOf,
      body: { content: { 'application/json': { schema: RuleTrial } } },
    },
    responses: {
      200: { description: 'What it would have raised', content: { 'application/json': { schema: RuleTestResult } } },
      default: problemResponse,
    },
  });
  const underTest = new Set<string>();

  /** The rule as the API shows it, its ETag's version set. */
  const shown = (c: Context<Signed>, found: ProjectRule, projectId: string): AlertRule => {
    c.set('version', versionOf(found, projectId));
    return presentAlertRule(found, projectId, languageOf(c));
  };

  /** Reads rules of a project that may be seen, with those of all projects, which hold in it. */
  const read = <T>(c: Context<Signed>, projectId: string, work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const reader = readerOf(c.get('principal'));
    const projectIds = reader.projectIds && [...reader.projectIds, GLOBAL_PROJECT_ID];
    return withContext(api, { ...reader, projectIds }, async (client) => {
      if (projectId !== GLOBAL_PROJECT_ID) await assertProject(client, projectId);
      return work(client);
    });
  };

  return createRouter()
    .openapi(list, async (c) => {
      const { project_id } = c.req.valid('query');
      const found = await read(c, project_id, (client) => rulesOf(client, project_id));
      const data = found.map((rule) => presentAlertRule(rule, project_id, languageOf(c)));
      return c.json({ data, next_cursor: null, total: data.length }, 200);
    })
    .openapi(one, async (c) => {
      const { project_id } = c.req.valid('query');
      const { ruleId } = c.req.valid('param');
      const found = await read(c, project_id, (client) => ruleOf(client, project_id, ruleId));
      return c.json(shown(c, found, project_id), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { project_id } = c.req.valid('query');
        const { ruleId } = c.req.valid('param');
        const found = await changeRule(change, project_id, ruleId, c.req.valid('json'), (before) =>
          assertMatches(c, versionOf(before, project_id), shown(c, before, project_id)),
        );
        return c.json(shown(c, found, project_id), 200);
      }),
    )
    .openapi(test, async (c) => {
      const { project_id: projectId } = c.req.valid('query');
      const { ruleId } = c.req.valid('param');
      const asked = { projectId, ruleId, fields: c.req.valid('json'), at: new Date(services.now()) };
      if (underTest.has(projectId)) throw isUnderTest(projectId);
      underTest.add(projectId);
      try {
        const result = await testRule((work) => read(c, projectId, work), asked);
        return c.json(presentRuleTest(result), 200);
      } finally {
        underTest.delete(projectId);
      }
    })
    .openapi(reset, (c) =>
      change(c, services, async (change) => {
        const { project_id } = c.req.valid('query');
        const { ruleId } = c.req.valid('param');
        return c.json(shown(c, await resetRule(change, project_id, ruleId), project_id), 200);
      }),
    );
}

/** Of the project's own settings; 0 where it has none. */
function versionOf({ row }: ProjectRule, projectId: string): number {
  return row?.project_id === projectId ? row.version : 0;
}

function isUnderTest(projectId: string): Problem {
  return new Problem(
    'conflict',
    say(
      `Another rule of ${projectId} is being tested. Try again once that is done.`,
      `Une autre règle de ${projectId} est en cours d'essai. Réessayez ensuite.`,
    ),
  );
}
