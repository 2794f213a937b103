import type { Access } from '../access.ts';

const EVERYONE = ['super_admin', 'project_manager', 'operator', 'viewer'] as const;
/** Who sees what is inside a project. */
const INSIDE = ['super_admin', 'project_manager', 'operator'] as const;
/** Who changes what is inside a project. */
const MANAGERS = ['super_admin', 'project_manager'] as const;
const ADMIN = ['super_admin'] as const;

/**
 * Who may use which route: the table of people and rights, written down route by route. The routes declare the same in
 * code; a route that stands in one place only, or differently, fails the tests.
 */
export const RIGHTS: Readonly<Record<string, Access>> = {
  'GET /': 'anyone',
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  'GET /api/docs': 'anyone',
  'GET /api/docs/:version/:file': 'anyone',
  'GET /api/openapi.json': 'anyone',
  'GET /api/problems': 'anyone',
  'POST /api/enrol': 'anyone',

  'GET /api/projects': EVERYONE,
  'POST /api/projects': ADMIN,
  'GET /api/projects/:projectId': EVERYONE,
  'PUT /api/projects/:projectId': MANAGERS,
  'DELETE /api/projects/:projectId': ADMIN,
  'GET /api/projects/:projectId/containers': EVERYONE,
  'GET /api/containers/:containerId': INSIDE,
  'GET /api/containers/:containerId/miners': INSIDE,
};
