import { createRoute, type z } from '@hono/zod-openapi';
import type { AlertFilter } from '../../db/queries/alerts.ts';
import { doWithAlerts } from '../../operations/alert-bulk.ts';
import { allow } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { type Language, languageOf } from '../language/bilingual.ts';
import { PROBLEMS, Problem, problemResponse } from '../problem.ts';
import { BulkOfAlerts, BulkResult } from '../schemas/alert-bulk.ts';

/** The same, done with many alerts. */
export function alertBulkRoutes(services: Services): App {
  const bulk = createRoute({
    method: 'post',
    path: '/api/alerts/bulk',
    summary:
      'Acknowledge (or take that back), resolve or silence up to 500 alerts: each as if it were alone, with its own result',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: { body: { required: true, content: { 'application/json': { schema: BulkOfAlerts } } } },
    responses: {
      200: { description: 'What became of each', content: { 'application/json': { schema: BulkResult } } },
      default: problemResponse,
    },
  });

  return createRouter().openapi(bulk, (c) =>
    change(c, services, async (change) => {
      const { ids, filter, ...action } = c.req.valid('json');
      const choice = { ids, filter: filter === undefined ? undefined : filterOf(filter) };
      const outcomes = await doWithAlerts(change, choice, action);
      const data = outcomes.map(({ id, result }) => {
        const problem = result instanceof Problem ? presentProblem(result, languageOf(c)) : null;
        return { id, done: problem === null, problem };
      });
      const refused = data.filter(({ done }) => !done).length;
      return c.json({ data, done: data.length - refused, refused }, 200);
    }),
  );
}

function filterOf(filter: NonNullable<z.output<typeof BulkOfAlerts>['filter']>): AlertFilter {
  return {
    statuses: filter.status,
    severities: filter.severity,
    projectId: filter.project_id,
    containerId: filter.container_id,
    targetType: filter.target_type,
    alertType: filter.alert_type,
    ruleId: filter.rule,
    assignee: filter.assignee,
    parentId: filter.parent_id,
  };
}

/** Why one of them was refused: of a field of the body, the field's own reason. */
function presentProblem({ code, detail, options }: Problem, language: Language) {
  const [fault] = options.errors ?? [];
  const message = fault === undefined ? detail : fault.message;
  return {
    type: `/api/problems#${code}`,
    status: PROBLEMS[code].status,
    code,
    detail: typeof message === 'string' ? message : message[language],
  };
}
