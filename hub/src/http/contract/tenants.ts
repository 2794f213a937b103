import { randomBytes } from 'node:crypto';
import { ROLES, type Role } from '../../auth/principal.ts';
import { SESSION_COOKIE, startSession } from '../../auth/sessions.ts';
import { openTestApi, type TestApi } from '../testing.ts';
import { fillTenant } from './tenant-rows.ts';

/** A project with a row of everything, of which every free text is its canary, and people and keys of each role. */
export interface Tenant {
  readonly project: string;
  /** In every text of this tenant's rows and in nobody else's, whatever the case. */
  readonly canary: string;
  /** What parameters and fields of these names hold where they mean this tenant's objects. */
  readonly ids: Readonly<Record<string, string>>;
  /** API keys that may read and write. */
  readonly keys: Readonly<Record<Role, string>>;
  /** Signs the tenant's person of that role in, and answers the session's cookie. */
  signIn(role: Role): Promise<string>;
}

/** The API with tenants in its database; none of them knows of another. */
export interface World {
  readonly api: TestApi;
  readonly tenants: readonly Tenant[];
  close(): Promise<void>;
}

/**
 * Opens the API and makes one tenant for each of these words: `NORTH` has the project NORTH-001, containers NORTH-C01 and
 * so on. All of them hold a BOTH-C01.
 */
export async function openWorld<const Words extends readonly string[]>(
  words: Words,
  options: Parameters<typeof openTestApi>[0] = {},
): Promise<World & { tenants: { [K in keyof Words]: Tenant } }> {
  const api = await openTestApi(options);
  const tenants: Tenant[] = [];
  for (const word of words) tenants.push(await makeTenant(api, word));
  return { api, tenants: tenants as { [K in keyof Words]: Tenant }, close: () => api.close() };
}

async function makeTenant(api: TestApi, word: string): Promise<Tenant> {
  const project = `${word}-001`;
  const canary = `canary-${randomBytes(6).toString('hex')}`;
  await api.asOwner((client) => client.query('insert into projects (project_id) values ($1)', [project]));
  const { ids, people } = await api.asOwner((client) => fillTenant(client, word, canary, new Date(api.now)));
  const keys = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await api.makeKey(role, [project])] as const)),
  ) as Record<Role, string>;
  const place = { pool: api.database.api, now: () => api.now, requireTotp: false };
  return {
    project,
    canary,
    ids,
    keys,
    async signIn(role) {
      const from = { address: '127.0.0.1', userAgent: null, secondFactor: true };
      const { token } = await startSession(place, { userId: people[role], role }, from);
      return `${SESSION_COOKIE}=${token}`;
    },
  };
}
