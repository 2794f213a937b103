import { and, eq, type SQL } from 'drizzle-orm';
import pg, { type ClientBase } from 'pg';
import { ROLES, type Role, type Verb } from '../../auth/principal.ts';
import { on } from '../builder.ts';
import { readAtOnce } from '../client.ts';
import { api_keys } from '../schema.ts';
import { ANY_TIME, byKey, byRank, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

export interface ApiKeyRow {
  readonly projectId: string;
  readonly tokenHash: Buffer;
  readonly name: string;
  readonly role: Role;
  readonly projectIds: readonly string[];
  readonly verbs: readonly Verb[];
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** The key's row, read in the context of its own hash. */
export async function findApiKey(pool: pg.Pool, keyId: string, tokenHash: Buffer): Promise<ApiKeyRow | null> {
  const hash = tokenHash.toString('hex');
  const [row] = await readAtOnce<ApiKeyRow>(
    pool,
    { tokenHash: hash },
    `select project_id as "projectId", token_hash as "tokenHash", name, role, project_ids as "projectIds", verbs,
            expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"
       from api_keys where key_id = ${pg.escapeLiteral(keyId)} and token_hash = decode(${pg.escapeLiteral(hash)}, 'hex')`,
  );
  return row ?? null;
}

/** Notes that a key was used, unless that was noted since `ifBefore`. */
export async function touchApiKey(
  client: ClientBase,
  projectId: string,
  keyId: string,
  at: Date,
  ifBefore: Date,
): Promise<void> {
  await client.query(
    `update api_keys set last_used_at = $3
      where project_id = $1 and key_id = $2 and (last_used_at is null or last_used_at <= $4)`,
    [projectId, keyId, at, ifBefore],
  );
}

/** A key as lists show it. */
export interface ApiKeyEntry extends Omit<ApiKeyRow, 'tokenHash'> {
  readonly keyId: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

const COLUMNS = {
  projectId: api_keys.project_id,
  keyId: api_keys.key_id,
  name: api_keys.name,
  role: api_keys.role,
  projectIds: api_keys.project_ids,
  verbs: api_keys.verbs,
  createdBy: api_keys.created_by,
  createdAt: api_keys.created_at,
  expiresAt: api_keys.expires_at,
  revokedAt: api_keys.revoked_at,
  lastUsedAt: api_keys.last_used_at,
};

const ID = byKey(api_keys.key_id);

/** What keys may be sorted by; a role from the mightiest on. */
export const API_KEY_ORDER = {
  fields: {
    key_id: [ID],
    name: [byText(api_keys.name)],
    role: [byRank(ROLES, api_keys.role)],
    created_at: [byTime(api_keys.created_at)],
    expires_at: [byTime(api_keys.expires_at)],
    last_used_at: [byTime(api_keys.last_used_at)],
  },
  ties: [ID],
  standard: 'key_id',
} as const satisfies Order<string>;
export type ApiKeySort = keyof typeof API_KEY_ORDER.fields;

/** Of the context's projects the keys whose id, name or maker holds a text (null: all), with their places in the list. */
export async function listApiKeys(client: ClientBase, text: string | null, page: SortedPage<ApiKeySort>) {
  const { place, rest, orderBy } = inOrder(API_KEY_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...COLUMNS, place })
    .from(api_keys)
    .where(and(holding(text), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countApiKeys(client: ClientBase, text: string | null): Promise<number> {
  return on(client).$count(api_keys, holding(text));
}

function holding(text: string | null): SQL | undefined {
  return anyHolds(text, api_keys.key_id, api_keys.name, api_keys.created_by);
}

/** One key of the context's projects. */
export async function findApiKeyEntry(client: ClientBase, keyId: string): Promise<ApiKeyEntry | null> {
  const [row] = await on(client).select(COLUMNS).from(api_keys).where(eq(api_keys.key_id, keyId));
  return row ?? null;
}

/** Revokes a key; false when there is none of that id. The first revocation's time stays. */
export async function revokeApiKey(client: ClientBase, keyId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    'update api_keys set revoked_at = coalesce(revoked_at, $2) where key_id = $1',
    [keyId, at],
  );
  return rowCount !== null && rowCount > 0;
}

export interface ApiKeyInsert {
  readonly projectId: string;
  readonly keyId: string;
  readonly tokenHash: Buffer;
  readonly name: string;
  readonly role: Role;
  readonly projectIds: readonly string[];
  readonly verbs: readonly Verb[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export async function insertApiKey(client: ClientBase, key: ApiKeyInsert): Promise<void> {
  await client.query(
    `insert into api_keys (project_id, key_id, token_hash, name, role, project_ids, verbs, created_by, created_at,
       expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      key.projectId,
      key.keyId,
      key.tokenHash,
      key.name,
      key.role,
      key.projectIds,
      key.verbs,
      key.createdBy,
      key.createdAt,
      key.expiresAt,
    ],
  );
}
