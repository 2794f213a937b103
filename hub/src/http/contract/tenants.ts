import { randomBytes } from 'node:crypto';
import { Passwords } from '../../auth/passwords.ts';
import { ROLES, type Role } from '../../auth/principal.ts';
import { SESSION_COOKIE, startSession } from '../../auth/sessions.ts';
import { withContext } from '../../db/client.ts';
import { openTestApi, type TestApi } from '../testing.ts';
import { fillTenant, secondOf } from './tenant-rows.ts';

/** The password in the document's examples. */
export const PASSWORD = 'three words or more';

/** Two projects, one with a row of everything, every free text of them the canary; people and keys of each role. */
export interface Tenant {
  readonly project: string;
  /** In every text of this tenant's rows and in nobody else's, whatever the case. */
  readonly canary: string;
  /** What parameters and fields of these names hold where they mean this tenant's objects. */
  readonly ids: Readonly<Record<string, string>>;
  /** API keys that may read and write. */
  readonly keys: Readonly<Record<Role, string>>;
  /**
   * Signs the tenant's person of that role in, and answers the session's cookie. The account is put as it was before: its
   * password is that of the document's examples, and the tenant's spare session is this person's.
   */
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
  const projects = [project, secondOf(project)];
  const canary = `canary-${randomBytes(6).toString('hex')}`;
  await api.asOwner((client) =>
    client.query('insert into projects (project_id) select unnest($1::text[])', [projects]),
  );
  const { ids, people } = await api.asOwner((client) => fillTenant(client, word, canary, new Date(api.now)));
  const keys = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await api.makeKey(role, projects)] as const)),
  ) as Record<Role, string>;
  const passwordHash = await new Passwords().hash(PASSWORD);
  await api.asOwner((client) =>
    client.query('update users set password_hash = $1 where user_id = any ($2)', [passwordHash, Object.values(people)]),
  );
  return {
    project,
    canary,
    ids,
    keys,
    async signIn(role) {
      const userId = people[role];
      await api.asOwner(async (client) => {
        await client.query(
          `update users set password_hash = $2, role = $3, status = 'active', totp_enabled_at = null where user_id = $1`,
          [userId, passwordHash, role],
        );
        await client.query(
          'update sessions set user_id = $1, revoked_at = null, expires_at = $2 where session_id = $3',
          [userId, new Date(api.now + 3_600_000), ids.sessionId],
        );
        await client.query('delete from sign_in_failures');
      });
      const from = { address: '127.0.0.1', userAgent: null, secondFactor: true };
      const started = await withContext(api.database.api, { userId }, (client) =>
        startSession(client, { userId, role }, from, new Date(api.now)),
      );
      return `${SESSION_COOKIE}=${started.token}`;
    },
  };
}
