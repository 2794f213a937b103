import { createRoute, z } from '@hono/zod-openapi';
import { ROLES } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { countContainers, listContainers } from '../../db/queries/containers.ts';
import { countProjects, findProject, listProjects, projectExists } from '../../db/queries/projects.ts';
import { PROJECT_STATUSES } from '../../db/schema.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerPage, Paging, pageOf } from '../paging.ts';
import { presentContainer, presentProject } from '../present.ts';
import { Problem, problemResponse } from '../problem.ts';
import { Container, listOf, Project, ProjectPath } from '../schemas.ts';

const DEFAULT_LIMIT = 50;
const SHOWN_UNASKED = PROJECT_STATUSES.filter((status) => status !== 'archived');

const StatusFilter = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(PROJECT_STATUSES)))
  .optional();

/** `GET /api/projects`, one of them, and its containers: every role, its own projects. */
export function projectRoutes(services: Services): App {
  const { api, now } = services;
  const everyRole = allow(services, ROLES);

  const list = createRoute({
    method: 'get',
    path: '/api/projects',
    summary: 'The projects you may see; archived ones only when asked by status',
    middleware: everyRole,
    request: { query: Paging.extend({ status: StatusFilter }) },
    responses: {
      200: { description: 'Projects by id', content: { 'application/json': { schema: listOf(Project) } } },
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

  const containers = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}/containers',
    summary: "A project's containers with their latest state, all of them unless limit is sent",
    middleware: everyRole,
    request: { params: ProjectPath, query: Paging },
    responses: {
      200: { description: 'Containers by id', content: { 'application/json': { schema: listOf(Container) } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const statuses = query.status ?? SHOWN_UNASKED;
      const page = pageOf(query, DEFAULT_LIMIT);
      const at = now();
      const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => [
        await listProjects(client, statuses, page, new Date(at)),
        await countProjects(client, statuses),
      ]);
      const show = (row: (typeof rows)[number]) => presentProject(row, at);
      return c.json(
        answerPage(c, page, rows, total, (row) => row.project_id, show),
        200,
      );
    })
    .openapi(one, async (c) => {
      const { projectId } = c.req.valid('param');
      const at = now();
      const row = await withContext(api, readerOf(c.get('principal')), (client) =>
        findProject(client, projectId, new Date(at)),
      );
      if (row === null) throw new Problem('not_found', `There is no project ${projectId}.`);
      return c.json(presentProject(row, at), 200);
    })
    .openapi(containers, async (c) => {
      const { projectId } = c.req.valid('param');
      const page = pageOf(c.req.valid('query'), null);
      const at = now();
      const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => {
        if (!(await projectExists(client, projectId)))
          throw new Problem('not_found', `There is no project ${projectId}.`);
        return [await listContainers(client, projectId, page), await countContainers(client, projectId)];
      });
      const show = (row: (typeof rows)[number]) => presentContainer(row, at);
      return c.json(
        answerPage(c, page, rows, total, (row) => row.container_id, show),
        200,
      );
    });
}
