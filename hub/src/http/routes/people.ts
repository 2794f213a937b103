import { createRoute, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { ROLES } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { projectExists } from '../../db/queries/projects.ts';
import {
  countUsers,
  findUser,
  listProjectPeople,
  listUsers,
  USER_ORDER,
  type UserRow,
} from '../../db/queries/users.ts';
import {
  changeUser,
  type Invited,
  inviteAgain,
  inviteUser,
  type Managing,
  resetTotp,
  signOutUser,
} from '../../operations/users.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { type Change, change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { listing, pageOfList } from '../lists.ts';
import { missing } from '../missing.ts';
import { oneOf } from '../paging.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import { assertProved } from '../proof.ts';
import {
  Invitation,
  InvitedUser,
  NewUser,
  ProjectPerson,
  USER_IDS,
  User,
  UserChange,
  UserPart,
  UserPath,
} from '../schemas/people.ts';
import { listOf, listOfEither, ProjectPath } from '../schemas.ts';

const UsersQuery = listing(USER_ORDER, User, 'e-mail address or name').extend({
  status: oneOf(['invited', 'active', 'disabled']),
  role: oneOf(ROLES),
  project_id: ProjectPath.shape.projectId.optional(),
});

/** People, a super admin's alone; a manager sees who has access to a project. */
export function peopleRoutes(services: Services): App {
  const { api, now } = services;
  const superAdmin = allow(services, ['super_admin']);
  const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });

  const list = createRoute({
    method: 'get',
    path: '/api/users',
    summary: 'People, by e-mail address where nothing else is asked for',
    middleware: superAdmin,
    request: { query: UsersQuery },
    responses: {
      200: { description: 'People', content: json(listOfEither(User, UserPart)) },
      default: problemResponse,
    },
  });
  const invite = createRoute({
    method: 'post',
    path: '/api/users',
    summary: 'Add a person; the answer holds the invitation to hand to them',
    middleware: superAdmin,
    request: { body: { required: true, content: json(NewUser) } },
    responses: { 201: { description: 'The person, invited', content: json(InvitedUser) }, default: problemResponse },
  });
  const one = createRoute({
    method: 'get',
    path: '/api/users/{userId}',
    summary: 'One person',
    middleware: superAdmin,
    request: { params: UserPath },
    responses: { 200: { description: 'The person', content: json(User) }, default: problemResponse },
  });
  const put = createRoute({
    method: 'put',
    path: '/api/users/{userId}',
    summary: 'Change the fields given; role, projects and status take effect at once. Honours If-Match',
    middleware: superAdmin,
    request: { params: UserPath, body: { required: true, content: json(UserChange) } },
    responses: {
      200: { description: 'The person', content: json(User) },
      412: changedResponse(User),
      default: problemResponse,
    },
  });
  const again = createRoute({
    method: 'post',
    path: '/api/users/{userId}/invitation',
    summary: 'Make a new invitation: the first one was lost, or the password forgotten',
    middleware: superAdmin,
    request: { params: UserPath },
    responses: { 201: { description: 'The invitation', content: json(Invitation) }, default: problemResponse },
  });
  const signOut = createRoute({
    method: 'delete',
    path: '/api/users/{userId}/sessions',
    summary: 'Sign a person out everywhere',
    middleware: superAdmin,
    request: { params: UserPath },
    responses: { 204: { description: 'Signed out' }, default: problemResponse },
  });
  const totp = createRoute({
    method: 'delete',
    path: '/api/users/{userId}/totp',
    summary: 'Take the second factor from a person who lost it',
    middleware: superAdmin,
    request: { params: UserPath },
    responses: { 204: { description: 'Taken' }, default: problemResponse },
  });
  const access = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}/people',
    summary: 'Who has access to a project (super admins have to all)',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: { params: ProjectPath },
    responses: { 200: { description: 'People', content: json(listOf(ProjectPerson)) }, default: problemResponse },
  });

  const shown = async (c: Context<Signed>, client: ClientBase, userId: string): Promise<User> => {
    const row = await findUser(client, userId);
    if (row === null) throw missing('user', userId);
    c.set('version', row.version);
    return presentUser(row);
  };
  const proved = (c: Context<Signed>): void => assertProved(c.get('principal'), now());

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const filter = { status: query.status, role: query.role, projectId: query.project_id, text: query.q };
      const people = await pageOfList(c, services, query, {
        ...{ ids: USER_IDS, order: USER_ORDER, show: presentUser },
        read: (client, page) => listUsers(client, filter, page),
        count: (client) => countUsers(client, filter),
      });
      return c.json(people, 200);
    })
    .openapi(invite, (c) => {
      proved(c);
      return change(c, services, async (change) => {
        const invited = await inviteUser(managing(change), c.req.valid('json'));
        c.header('Location', `/api/users/${invited.user.user_id}`);
        return c.json({ ...presentUser(invited.user), invitation: presentInvitation(invited) }, 201);
      });
    })
    .openapi(one, async (c) => {
      const { userId } = c.req.valid('param');
      const user = await withContext(api, readerOf(c.get('principal')), (client) => shown(c, client, userId));
      return c.json(user, 200);
    })
    .openapi(put, (c) => {
      proved(c);
      return change(c, services, async (change) => {
        const { userId } = c.req.valid('param');
        await changeUser(managing(change), userId, withoutUndefined(c.req.valid('json')), (user) =>
          assertMatches(c, user.version, presentUser(user)),
        );
        return c.json(await shown(c, change.client, userId), 200);
      });
    })
    .openapi(again, (c) => {
      proved(c);
      return change(c, services, async (change) =>
        c.json(presentInvitation(await inviteAgain(managing(change), c.req.valid('param').userId)), 201),
      );
    })
    .openapi(signOut, (c) =>
      change(c, services, async (change) => {
        await signOutUser(managing(change), c.req.valid('param').userId);
        return c.body(null, 204);
      }),
    )
    .openapi(totp, (c) => {
      proved(c);
      return change(c, services, async (change) => {
        await resetTotp(managing(change), c.req.valid('param').userId);
        return c.body(null, 204);
      });
    })
    .openapi(access, async (c) => {
      const { projectId } = c.req.valid('param');
      const rows = await withContext(api, readerOf(c.get('principal')), async (client) => {
        if (!(await projectExists(client, projectId))) throw missing('project', projectId);
        return listProjectPeople(client, projectId);
      });
      const data = rows.map(({ user_id, email, name, role, granted_by, granted_at }): ProjectPerson => {
        return { user_id, email, name, role, granted_by, granted_at: granted_at.toISOString() };
      });
      return c.json({ data, next_cursor: null, total: data.length }, 200);
    });
}

function managing({ client, at, principal, record }: Change): Managing {
  return { client, at, by: principal.name, record };
}

function presentUser(row: UserRow): User {
  return {
    user_id: row.user_id,
    email: row.email,
    name: row.name,
    role: row.role,
    status: row.status,
    language: row.language,
    project_ids: row.project_ids,
    totp_enabled: row.totp_enabled_at !== null,
    signed_in_at: row.signed_in_at?.toISOString() ?? null,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function presentInvitation({ token, expiresAt }: Invited): z.infer<typeof Invitation> {
  return { token, expires_at: expiresAt.toISOString() };
}
