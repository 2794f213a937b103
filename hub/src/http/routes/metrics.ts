import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { ROLES } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { readSeries } from '../../operations/series.ts';
import { SharedReads } from '../../series/shared-reads.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { type AnySnapshot, answerSeries, answerSnapshot } from '../figure-tables.ts';
import { INSIDE } from '../inside.ts';
import { say } from '../language/bilingual.ts';
import { COMPANY, type Views, viewsOfContainer, viewsOfProject, viewsOfTransformer } from '../metric-subjects.ts';
import { presentSeries, presentSeriesTable } from '../present/series.ts';
import { Problem, problems } from '../problem.ts';
import { GlobalSnapshot, Snapshot, TransformerSnapshot } from '../schemas/figures.ts';
import { LABEL_NAMES, Series, SeriesTable } from '../schemas/series.ts';
import { type SeriesQuery, seriesQuery } from '../schemas/series-query.ts';
import { TransformerPath } from '../schemas/transformers.ts';
import { ContainerPath, InProject, ProjectPath } from '../schemas.ts';
import { assertRawFrames, groupsFor, requestOf, spanOf } from '../series-request.ts';
import { warningsOf } from '../series-warnings.ts';
import { sharedSeries } from '../shared-series.ts';
import { OF_SERIES, SERIES_CONTENT } from '../tables/format.ts';
import { wantedTable } from '../tables/list.ts';

/** Viewers see figures, export none, and see nothing of transformers. */
const FAULTS = problems('forbidden');
const SUMMARY = 'now, or with range or from and to as series';
const contentOf = <Schema extends z.ZodType>(snapshot: Schema) => ({
  'application/json': { schema: z.union([snapshot, Series, SeriesTable]) },
  ...SERIES_CONTENT,
});

/** `GET /api/metrics/...`: figures of the company, a project, a container to every role; of a transformer inside. */
export function metricRoutes(services: Services): App {
  const { api, now } = services;
  const everyRole = allow(services, ROLES);
  const readShared = sharedSeries(now);
  const companyNow = new SharedReads<GlobalSnapshot>({ most: 100, now });
  /** The company as each asker sees it, read once for all who see the same projects and ask at once. */
  const companyOf = (c: Context<Signed>): Views<GlobalSnapshot> => ({
    ...COMPANY,
    snapshot: (client, at) =>
      companyNow.get(JSON.stringify(c.get('principal').projectIds), 0, () => COMPANY.snapshot(client, at)),
  });

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

  const transformer = createRoute({
    method: 'get',
    path: '/api/metrics/transformer/{transformerId}',
    summary: `Figures of a transformer and the containers on it: ${SUMMARY}`,
    middleware: allow(services, INSIDE),
    request: { params: TransformerPath, query: seriesQuery('transformer', InProject.shape, now) },
    responses: {
      200: { description: 'Figures', content: contentOf(TransformerSnapshot) },
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
  const answer = async <Snap extends AnySnapshot>(c: Context<Signed>, query: SeriesQuery, views: Views<Snap>) => {
    const at = now();
    const span = spanOf(query, at);
    const wanted = wantedTable(c, query, span === null ? undefined : OF_SERIES);
    assertInside(c, query);
    const planOnce = span !== null && views.hasRows && query.group_by === undefined;
    const context = { ...readerOf(c.get('principal')), planOnce };
    const read = <T>(work: (client: ClientBase) => Promise<T>) => withContext(api, context, work);
    if (span === null) {
      const snapshot = await read((client) => views.snapshot(client, at));
      if (wanted === null) return c.json(snapshot, 200);
      const { timeZone } = await read((client) => views.subject(client));
      return answerSnapshot(c, snapshot, timeZone, at, wanted);
    }
    const answered = await read(async (client) => {
      const subject = await views.subject(client);
      const request = requestOf(query, span, subject.timeZone);
      const groups = await groupsFor(client, subject, query, request);
      await assertRawFrames(client, subject, request, at);
      const { scope, scopeId } = subject;
      const result = await readShared(groups, request, () => readSeries(client, groups, request));
      const { columns } = request;
      const warnings = warningsOf(c, query, at, result);
      return { scope, scopeId, span, columns, told: labelsTold(query, scope), read: result, warnings };
    });
    if (wanted !== null) return answerSeries(c, answered, filtersOf(query), at, wanted);
    return c.json(query.shape === 'rows' ? presentSeriesTable(answered) : presentSeries(answered), 200);
  };

  return createRouter()
    .openapi(company, (c) => answer(c, c.req.valid('query'), companyOf(c)))
    .openapi(project, (c) => answer(c, c.req.valid('query'), viewsOfProject(c.req.valid('param').projectId)))
    .openapi(transformer, (c) => {
      const query = c.req.valid('query');
      return answer(c, query, viewsOfTransformer(c, c.req.valid('param').transformerId, query.project_id));
    })
    .openapi(container, (c) => {
      const query = c.req.valid('query');
      return answer(c, query, viewsOfContainer(c, c.req.valid('param').containerId, query.project_id));
    });
}

/** Throws 403 where a viewer asks for what transformers did. */
function assertInside(c: Context<Signed>, { group_by: grouping }: SeriesQuery): void {
  const { role } = c.get('principal');
  if (grouping !== 'transformer' || INSIDE.includes(role)) return;
  throw new Problem(
    'forbidden',
    say(
      `The role ${role} sees no transformers: take another group_by.`,
      `Le rôle ${role} ne voit pas les transformateurs : prenez un autre group_by.`,
    ),
    { permission: INSIDE.join(' ') },
  );
}

/** The labels that tell one group, or one set, from the others. */
function labelsTold({ group_by: grouping, compare }: SeriesQuery, scope: string): (typeof LABEL_NAMES)[number][] {
  const wanted = [
    grouping === 'container' && scope === 'global' ? 'project_id' : null,
    grouping === 'container' || grouping === 'transformer' ? `${grouping}_id` : grouping,
    compare && 'compare',
  ];
  return LABEL_NAMES.filter((name) => wanted.includes(name));
}

/** What was asked for besides range and step, as a file says it. */
function filtersOf({ metrics, agg, group_by, compare }: SeriesQuery): Record<string, string> {
  const filters = { metrics: metrics?.join(','), agg: agg?.join(','), group_by, compare };
  const told = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { filters: told.map(([field, value]) => `${field}=${value}`).join(' ') || 'none' };
}
