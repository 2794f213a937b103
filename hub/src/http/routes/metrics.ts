import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { ROLES } from '../../auth/principal.ts';
import { withContext, withoutRole } from '../../db/client.ts';
import { countOpenAlerts, type OpenAlertScope } from '../../db/queries/alerts.ts';
import { findContainers } from '../../db/queries/containers.ts';
import { containerFigures, globalFigures, projectFigures } from '../../db/queries/figures.ts';
import { companyMembers, type SeriesMember, timeZoneOf } from '../../db/queries/series.ts';
import type { MetricScope } from '../../db/schema.ts';
import { readSeries } from '../../operations/series.ts';
import type { SeriesScope } from '../../series/metrics.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerSeries, answerSnapshot } from '../figure-tables.ts';
import { missing, onlyOne } from '../missing.ts';
import {
  type OpenAlerts,
  presentContainerSnapshot,
  presentGlobal,
  presentProjectSnapshot,
} from '../present/figures.ts';
import { presentSeries, presentSeriesTable } from '../present/series.ts';
import { problems } from '../problem.ts';
import { GlobalSnapshot, Snapshot } from '../schemas/figures.ts';
import { Series, type SeriesQuery, SeriesTable, seriesQuery } from '../schemas/series.ts';
import { ContainerPath, InProject, ProjectPath } from '../schemas.ts';
import { requestOf, spanOf, warningsOf } from '../series-request.ts';
import { TABLE_CONTENT } from '../tables/format.ts';
import { wantedTable } from '../tables/list.ts';

/** Whose figures over time are wanted. */
interface Subject {
  readonly scope: SeriesScope;
  readonly scopeId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whose rows of `metrics` they are made of: the company's are its projects'. */
  readonly of: MetricScope;
  readonly members: readonly SeriesMember[];
  /** Unless another is asked for. */
  readonly timeZone: string;
}

/** Viewers see figures, and export none. */
const FAULTS = problems('forbidden');
const SUMMARY = 'now, or with range or from and to as series';
const contentOf = <Schema extends z.ZodType>(snapshot: Schema) => ({
  'application/json': { schema: z.union([snapshot, Series, SeriesTable]) },
  ...TABLE_CONTENT,
});

/** `GET /api/metrics/...`: figures of the company, a project, a container; every role, its own projects. */
export function metricRoutes(services: Services): App {
  const { api, now } = services;
  const everyRole = allow(services, ROLES);

  const company = createRoute({
    method: 'get',
    path: '/api/metrics/global',
    summary: `Figures of all the projects you may see together: ${SUMMARY}`,
    middleware: everyRole,
    request: { query: seriesQuery('global', {}, now) },
    responses: {
      200: { description: 'Figures', content: contentOf(GlobalSnapshot) },
      default: FAULTS,
    },
  });

  const project = createRoute({
    method: 'get',
    path: '/api/metrics/project/{projectId}',
    summary: `Figures of a project: ${SUMMARY}`,
    middleware: everyRole,
    request: { params: ProjectPath, query: seriesQuery('project', {}, now) },
    responses: {
      200: { description: 'Figures', content: contentOf(Snapshot) },
      default: FAULTS,
    },
  });

  const container = createRoute({
    method: 'get',
    path: '/api/metrics/container/{containerId}',
    summary: `Figures of a container: ${SUMMARY}`,
    middleware: everyRole,
    request: { params: ContainerPath, query: seriesQuery('container', InProject.shape, now) },
    responses: {
      200: { description: 'Figures', content: contentOf(Snapshot) },
      default: FAULTS,
    },
  });

  /** What is answered to a query: series where it names a range, else the state as of now; either also as a table. */
  const answer = async <Snap extends GlobalSnapshot | Snapshot>(
    c: Context<Signed>,
    query: SeriesQuery,
    views: Views<Snap>,
  ) => {
    const at = now();
    const span = spanOf(query, at);
    const wanted = wantedTable(c, query);
    const read = <T>(work: (client: ClientBase) => Promise<T>) => withContext(api, readerOf(c.get('principal')), work);
    if (span === null) {
      const snapshot = await read((client) => views.snapshot(client, at));
      if (wanted === null) return c.json(snapshot, 200);
      const { timeZone } = await read((client) => views.subject(client));
      return answerSnapshot(c, snapshot, timeZone, at, wanted);
    }
    const answered = await read(async (client) => {
      const { members, timeZone, ...subject } = await views.subject(client);
      const request = requestOf(query, span, timeZone);
      const result = await readSeries(client, subject.of, members, request);
      return { ...subject, span, columns: request.columns, read: result, warnings: warningsOf(c, query, at, result) };
    });
    if (wanted !== null) return answerSeries(c, answered, at, wanted);
    return c.json(query.shape === 'rows' ? presentSeriesTable(answered) : presentSeries(answered), 200);
  };

  return createRouter()
    .openapi(company, (c) =>
      answer(c, c.req.valid('query'), {
        snapshot: async (client, at) =>
          presentGlobal(await globalFigures(client, new Date(at)), await openAlerts(client, { scope: 'global' }), at),
        subject: async (client) => ({
          scope: 'global',
          scopeId: 'global',
          labels: {},
          of: 'project',
          members: await companyMembers(client),
          timeZone: 'UTC',
        }),
      }),
    )
    .openapi(project, (c) => {
      const { projectId: id } = c.req.valid('param');
      return answer(c, c.req.valid('query'), {
        async snapshot(client, at) {
          const [row] = await projectFigures(client, [id], new Date(at));
          if (row === undefined) throw missing('project', id);
          return presentProjectSnapshot(row, await openAlerts(client, { scope: 'projects', projectIds: [id] }), at);
        },
        async subject(client) {
          const timeZone = await timeZoneOf(client, id);
          if (timeZone === null) throw missing('project', id);
          return subjectOf('project', { project_id: id }, id, id, timeZone);
        },
      });
    })
    .openapi(container, (c) => {
      const { containerId: id } = c.req.valid('param');
      const query = c.req.valid('query');
      const find = (client: ClientBase) =>
        onlyOne(c, 'container', id, findContainers(client, id, query.project_id ?? null));
      return answer(c, query, {
        async snapshot(client, at) {
          const { project_id: projectId } = await find(client);
          const row = await containerFigures(client, projectId, id, new Date(at));
          const alerts = await openAlerts(client, { scope: 'container', projectId, containerId: id });
          return presentContainerSnapshot(id, row, alerts, at);
        },
        async subject(client) {
          const { project_id: projectId } = await find(client);
          const timeZone = (await timeZoneOf(client, projectId)) ?? 'UTC';
          return subjectOf('container', { project_id: projectId, container_id: id }, projectId, id, timeZone);
        },
      });
    });
}

/** The two ways to look at a scope. */
interface Views<Snap> {
  snapshot(client: ClientBase, at: number): Promise<Snap>;
  subject(client: ClientBase): Promise<Subject>;
}

function subjectOf(
  scope: 'project' | 'container',
  labels: Subject['labels'],
  projectId: string,
  scopeId: string,
  timeZone: string,
): Subject {
  const member = { projectId, scopeId, timeZone, expected: null, since: null };
  return { scope, scopeId, labels, of: scope, members: [member], timeZone };
}

/**
 * Open alerts are counted for every role, though viewers may not read a single one: the number is part of the figures
 * that they see, the list stays closed to them in the database too.
 */
function openAlerts(client: ClientBase, scope: OpenAlertScope): Promise<OpenAlerts> {
  return withoutRole(client, () => countOpenAlerts(client, scope));
}
