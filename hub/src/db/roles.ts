import { hkdfSync } from 'node:crypto';
import pg from 'pg';
import { EXIT, HubError } from '../errors.ts';

/**
 * The database's roles, made by the hub itself:
 *
 * - `hearst_owner` owns every table and has no login;
 * - `hearst_ingest` and `hearst_api` are what programs log in as. They own nothing and hold only what the migrations
 *   grant. One login with SET ROLE would not do: whoever can set a role can reset it.
 *
 * None is a superuser, none bypasses row security. Roles belong to the whole server, so installations that share one
 * must share the owner's password too (each in a server of its own is the ordinary case).
 */
export const LOGIN_ROLES = ['hearst_ingest', 'hearst_api'] as const;
export type LoginRole = (typeof LOGIN_ROLES)[number];
export const OWNER_ROLE = 'hearst_owner';

/** Where a database URL leads, and the owner's login there. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly ssl: NonNullable<pg.ClientConfig['ssl']>;
}

/** Takes a database URL apart the way `pg` does (host in the query, TLS settings and so on). */
export function endpointOf(url: string): Endpoint {
  const { host, port, database, user, password, ssl } = new pg.Client({ connectionString: url });
  if (!user || !database || typeof password !== 'string' || password === '')
    throw new HubError(
      'DATABASE_URL must name user, password and database, as in postgres://user:password@host/database: ' +
        "the passwords of the hub's own two roles are derived from the one in it.",
      { exitCode: EXIT.configuration },
    );
  return { host, port, database, user, password, ssl };
}

/** The password of a login role, derived from the owner's so that several hubs agree without talking. */
export function rolePassword(ownerPassword: string, role: LoginRole): string {
  const key = hkdfSync('sha256', ownerPassword, 'hearst-control', `database role ${role}`, 32);
  return Buffer.from(key).toString('base64url');
}

/**
 * Makes the roles where they are missing and gives them their passwords where those do not work; changes nothing when
 * all is as it should be. Safe when several hubs, even of several databases of one server, do it together.
 *
 * @param client connected as owner: a superuser, or a role with CREATEROLE that owns the database
 */
export async function ensureRoles(client: pg.Client, url: string): Promise<void> {
  const endpoint = endpointOf(url);
  try {
    await ensureRole(client, OWNER_ROLE, null);
    for (const role of LOGIN_ROLES) {
      await ensureRole(client, role, rolePassword(endpoint.password, role));
      await ensurePassword(client, endpoint, role);
    }
    await ensureOwnerMaySetRole(client);
    await client.query(`grant usage, create on schema public to ${OWNER_ROLE}`);
    await client.query(`grant create on database ${pg.escapeIdentifier(endpoint.database)} to ${OWNER_ROLE}`);
    await client.query(`grant usage on schema public to ${LOGIN_ROLES.join(', ')}`);
    await client.query('revoke create on schema public from public');
  } catch (error) {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new HubError(
      `The database's roles cannot be made as ${endpoint.user}: ${(error as Error).message}. The user in DATABASE_URL ` +
        'must be a superuser, or own the database and have CREATEROLE: ' +
        `alter role ${pg.escapeIdentifier(endpoint.user)} createrole; ` +
        `alter database ${pg.escapeIdentifier(endpoint.database)} owner to ${pg.escapeIdentifier(endpoint.user)};`,
      { exitCode: EXIT.configuration, cause: error },
    );
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

interface RoleRow {
  rolsuper: boolean;
  rolbypassrls: boolean;
  rolcanlogin: boolean;
}

/** @param password null for a role without login */
async function ensureRole(client: pg.Client, role: string, password: string | null): Promise<void> {
  const login = password !== null;
  const found = (await roleRow(client, role)) ?? (await createRole(client, role, password));
  if (found.rolsuper || found.rolbypassrls || found.rolcanlogin !== login)
    throw new HubError(
      `The database role ${role} ${found.rolcanlogin === login ? 'is above row security' : 'has the wrong login'}, so ` +
        'projects would not be kept apart. As superuser run: ' +
        `alter role ${role} nosuperuser nobypassrls ${login ? 'login' : 'nologin'};`,
      { exitCode: EXIT.configuration },
    );
}

async function roleRow(client: pg.Client, role: string): Promise<RoleRow | undefined> {
  const { rows } = await client.query<RoleRow>(
    'select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = $1',
    [role],
  );
  return rows[0];
}

async function createRole(client: pg.Client, role: string, password: string | null): Promise<RoleRow> {
  const login = password === null ? 'nologin' : `login password ${pg.escapeLiteral(password)}`;
  await unlessRaced(() => client.query(`create role ${role} ${login}`));
  const made = await roleRow(client, role);
  if (made === undefined)
    throw new HubError(`The database role ${role} vanished while it was being made. Start again.`);
  return made;
}

/** Tries the login instead of setting the password each time: nothing is written when all is well. */
async function ensurePassword(client: pg.Client, endpoint: Endpoint, role: LoginRole): Promise<void> {
  const password = rolePassword(endpoint.password, role);
  const probe = new pg.Client({ ...endpoint, user: role, password, connectionTimeoutMillis: 10_000 });
  probe.on('error', () => {}); // What matters is whether connect() succeeds; it reports the same error.
  try {
    await probe.connect();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code !== '28P01' && code !== '28000') throw error;
    await unlessRaced(() => client.query(`alter role ${role} password ${pg.escapeLiteral(password)}`));
  } finally {
    await probe.end();
  }
}

/**
 * A superuser may always; a plain owner of the database must be a member. Tried rather than asked for: since Postgres
 * 16 the maker of a role is a member of it that may not become it.
 */
async function ensureOwnerMaySetRole(client: pg.Client): Promise<void> {
  try {
    await client.query(`begin; set local role ${OWNER_ROLE}; rollback`);
  } catch (error) {
    await client.query('rollback');
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    await unlessRaced(() => client.query(`grant ${OWNER_ROLE} to current_user`));
  }
}

/** Roles are shared by all databases of a server, which no lock spans: whoever loses the race finds the work done. */
async function unlessRaced(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    const raced = code === '42710' || code === '23505' || (code === 'XX000' && message.includes('concurrently'));
    if (!raced) throw error;
  }
}
