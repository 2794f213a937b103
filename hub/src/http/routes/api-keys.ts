import { createRoute, z } from '@hono/zod-openapi';
import { API_KEY_ORDER, type ApiKeyEntry, countApiKeys, listApiKeys } from '../../db/queries/api-keys.ts';
import { assertMayMakeKey, createApiKey, endApiKey } from '../../operations/api-keys.ts';
import { allow } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { listing, pageOfList } from '../lists.ts';
import { problemResponse } from '../problem.ts';
import { assertProved } from '../proof.ts';
import { API_KEY_IDS, ApiKey, ApiKeyPart, ApiKeyPath, CreatedApiKey, NewApiKey } from '../schemas/api-keys.ts';
import { listOfEither } from '../schemas.ts';

/** Keys of programs: a super admin's all, a manager's those of own projects. */
export function apiKeyRoutes(services: Services): App {
  const { now } = services;
  const keepers = allow(services, ['super_admin', 'project_manager']);

  const list = createRoute({
    method: 'get',
    path: '/api/keys',
    summary: 'API keys without their secrets, revoked ones too; a manager sees those of own projects',
    middleware: keepers,
    request: { query: listing(API_KEY_ORDER, ApiKey, 'id, name or maker') },
    responses: {
      200: { description: 'Keys', content: { 'application/json': { schema: listOfEither(ApiKey, ApiKeyPart) } } },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/keys',
    summary: 'Make an API key; the answer is the only place where it can be read',
    middleware: keepers,
    request: { body: { required: true, content: { 'application/json': { schema: NewApiKey } } } },
    responses: {
      201: { description: 'The key', content: { 'application/json': { schema: CreatedApiKey } } },
      default: problemResponse,
    },
  });

  const revoke = createRoute({
    method: 'delete',
    path: '/api/keys/{keyId}',
    summary: 'Revoke an API key: refused from now on',
    middleware: keepers,
    request: { params: ApiKeyPath, query: z.strictObject({}) },
    responses: { 204: { description: 'Revoked' }, default: problemResponse },
  });

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const text = query.q ?? null;
      const keys = await pageOfList(c, services, query, {
        ...{ ids: API_KEY_IDS, order: API_KEY_ORDER, show: presentApiKey },
        read: (client, page) => listApiKeys(client, text, page),
        count: (client) => countApiKeys(client, text),
      });
      return c.json(keys, 200);
    })
    .openapi(create, (c) => {
      const principal = c.get('principal');
      const wish = c.req.valid('json');
      assertProved(principal, now());
      assertMayMakeKey(principal, wish);
      return change(c, services, async (change) => {
        const { entry, key } = await createApiKey({ ...change, by: principal.name }, wish);
        c.header('Location', `/api/keys/${entry.keyId}`);
        return c.json({ ...presentApiKey(entry), key }, 201);
      });
    })
    .openapi(revoke, (c) =>
      change(c, services, async (change) => {
        await endApiKey(change, c.req.valid('param').keyId);
        return c.body(null, 204);
      }),
    );
}

function presentApiKey(row: ApiKeyEntry): ApiKey {
  return {
    key_id: row.keyId,
    name: row.name,
    role: row.role,
    project_ids: [...row.projectIds],
    verbs: [...row.verbs],
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
