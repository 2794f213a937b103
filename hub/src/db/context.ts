import pg from 'pg';
import { ROLES, type Role } from './schema.ts';

/**
 * What a caller has shown of itself, as row security sees it. Every field is optional; what is absent is empty for
 * the transaction, so nothing of an earlier transaction on the same connection can shine through.
 */
export interface DatabaseContext {
  /**
   * The projects whose rows may be seen and written. With role `super_admin` and no list it is filled with every
   * project there is and with the reserved `HEARST-000`.
   */
  readonly projectIds?: readonly string[] | undefined;
  readonly role?: DatabaseRole | undefined;
  /** The id of the agent that signs in: shows its own row in `agents` before its project is known. */
  readonly agentId?: string | undefined;
  /** SHA-256 of the token presented, in hex: shows the row of that enrolment token or API key. */
  readonly tokenHash?: string | undefined;
  /** Who asks: a person's id, or `key:<id>` for an API key. Shows people their own account. */
  readonly userId?: string | undefined;
  /** The e-mail address that somebody signs in with. */
  readonly login?: string | undefined;
  /** True opens a read-only transaction. */
  readonly readOnly?: boolean | undefined;
  /**
   * True lets every statement keep the one plan that it was prepared with: for transactions that ask the same again and
   * again, always by keys, where making a plan costs more than carrying it out.
   */
  readonly planOnce?: boolean | undefined;
}

export type DatabaseRole = Role;

const PROJECT_ID = /^[A-Z][A-Z0-9]*-[0-9]{3}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const USER_ID = /^[A-Za-z0-9_.:-]{1,64}$/;
// A setting is text of the database: no NUL, and an address has no use for control characters or quotes.
const LOGIN = /^[^\p{C}\s'"\\,]{1,254}$/u;

/**
 * `begin` and the settings as one text of literal, quoted `SET LOCAL` statements: `set_config()` would not be passed
 * on to Citus workers, and a session-level SET would leak to the next user of the connection. Throws a TypeError for a
 * value that is not what its name says, before anything is sent.
 */
export function beginStatement(context: DatabaseContext): string {
  const settings: Record<string, string> = {
    project_ids: checkedAll('projectIds', context.projectIds, PROJECT_ID).join(','),
    role: checked('role', context.role, new RegExp(`^(${ROLES.join('|')})$`)),
    agent_id: checked('agentId', context.agentId, UUID),
    token_hash: checked('tokenHash', context.tokenHash, SHA256_HEX),
    user_id: checked('userId', context.userId, USER_ID),
    login: checked('login', context.login, LOGIN),
  };
  const statements = Object.entries(settings).map(([name, value]) => setLocal(name, value));
  if (context.planOnce === true) statements.push('set local plan_cache_mode = force_generic_plan');
  return [context.readOnly === true ? 'begin read only' : 'begin', ...statements].join('; ');
}

/** The statement that names the visible projects of the running transaction. */
export function setProjects(projectIds: readonly string[]): string {
  return setLocal('project_ids', checkedAll('projectIds', projectIds, PROJECT_ID).join(','));
}

/** The statement that names the person of the running transaction. */
export function setUserId(userId: string): string {
  return setLocal('user_id', checked('userId', userId, USER_ID));
}

/** The statement that lays the role down for the rest of the running transaction. */
export const NO_ROLE = setLocal('role', '');

function setLocal(name: string, value: string): string {
  return `set local hearst.${name} = ${pg.escapeLiteral(value)}`;
}

function checkedAll(name: string, values: readonly string[] | undefined, pattern: RegExp): string[] {
  return (values ?? []).map((value) => checked(name, value, pattern));
}

function checked(name: string, value: string | undefined, pattern: RegExp): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new TypeError(`database context: ${name} is ${JSON.stringify(value)}, expected ${String(pattern)}`);
}
