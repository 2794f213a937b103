import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { ROLES } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { countProjects, findProject, listProjects, PROJECT_ORDER } from '../../db/queries/projects.ts';
import { PROJECT_STATUSES } from '../../db/schema.ts';
import { archiveProject, changeProject, createProject, removeProject } from '../../operations/projects.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { answerList, listing } from '../lists.ts';
import { missing } from '../missing.ts';
import { oneOf } from '../paging.ts';
import { presentProject } from '../present.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import { listOfEither, NewProject, Project, ProjectChange, ProjectPart, ProjectPath } from '../schemas.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';

const SHOWN_UNASKED = PROJECT_STATUSES.filter((status) => status !== 'archived');

const ProjectsQuery = listing(PROJECT_ORDER, Project, 'id or name').extend({
  status: oneOf(PROJECT_STATUSES),
  ...TableFormat.shape,
});

/** `GET /api/projects` and one of them: every role, its own projects. */
export function projectRoutes(services: Services): App {
  const { api, now } = services;
  const everyRole = allow(services, ROLES);

  const list = createRoute({
    method: 'get',
    path: '/api/projects',
    summary: 'The projects you may see; archived ones only when asked by status',
    middleware: everyRole,
    request: { query: ProjectsQuery },
    responses: {
      200: {
        description: 'Projects, by id where nothing else is asked for',
        content: { 'application/json': { schema: listOfEither(Project, ProjectPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}',
    summary: 'One project, archived ones too',
    middleware: everyRole,
    request: { params: ProjectPath },
    responses: {
      200: { description: 'The project', content: { 'application/json': { schema: Project } } },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/projects',
    summary: 'Create a project; project_id and name are enough',
    middleware: allow(services, ['super_admin']),
    request: { body: { required: true, content: { 'application/json': { schema: NewProject } } } },
    responses: {
      201: { description: 'The project', content: { 'application/json': { schema: Project } } },
      default: problemResponse,
    },
  });

  const put = createRoute({
    method: 'put',
    path: '/api/projects/{projectId}',
    summary: 'Change the fields given; the rest stay. Honours If-Match',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: {
      params: ProjectPath,
      body: { required: true, content: { 'application/json': { schema: ProjectChange } } },
    },
    responses: {
      200: { description: 'The project', content: { 'application/json': { schema: Project } } },
      412: changedResponse(Project),
      default: problemResponse,
    },
  });

  const remove = createRoute({
    method: 'delete',
    path: '/api/projects/{projectId}',
    summary: 'Archive a project (its history stays); purge=true removes an archived one for good',
    middleware: allow(services, ['super_admin']),
    request: { params: ProjectPath, query: z.strictObject({ purge: z.stringbool().optional() }) },
    responses: { 204: { description: 'Done' }, default: problemResponse },
  });

  /** The project as the API shows it, its ETag's version set. */
  const shown = async (c: Context<Signed>, client: ClientBase, projectId: string): Promise<Project> => {
    const at = now();
    const row = await findProject(client, projectId, new Date(at));
    if (row === null) throw missing('project', projectId);
    c.set('version', row.version);
    return presentProject(row, at);
  };

  return createRouter()
    .openapi(create, (c) =>
      change(c, services, async (change) => {
        const fields = c.req.valid('json');
        await createProject(change, withoutUndefined(fields));
        c.header('Location', `/api/projects/${fields.project_id}`);
        return c.json(await shown(c, change.client, fields.project_id), 201);
      }),
    )
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { projectId } = c.req.valid('param');
        await changeProject(change, projectId, withoutUndefined(c.req.valid('json')), async ({ version }) => {
          const current = await shown(c, change.client, projectId);
          assertMatches(c, version, current);
        });
        return c.json(await shown(c, change.client, projectId), 200);
      }),
    )
    .openapi(remove, (c) =>
      change(c, services, async (change) => {
        const { projectId } = c.req.valid('param');
        await (c.req.valid('query').purge === true ? removeProject : archiveProject)(change, projectId);
        return c.body(null, 204);
      }),
    )
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const filter = { statuses: query.status ?? SHOWN_UNASKED, text: query.q ?? null };
      return answerList(c, services, query, {
        ...{ what: 'projects', of: null, schema: Project, ids: ['project_id'], order: PROJECT_ORDER },
        read: (client, page, now) => listProjects(client, filter, page, now),
        count: (client) => countProjects(client, filter),
        show: presentProject,
      });
    })
    .openapi(one, async (c) => {
      const { projectId } = c.req.valid('param');
      const project = await withContext(api, readerOf(c.get('principal')), (client) => shown(c, client, projectId));
      return c.json(project, 200);
    });
}
