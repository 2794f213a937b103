import pg, { type ClientBase } from 'pg';
import type { Role, Verb } from '../../auth/principal.ts';
import { readAtOnce } from '../client.ts';
import type { Page } from './page.ts';

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

const ENTRY = `project_id as "projectId", key_id as "keyId", name, role, project_ids as "projectIds", verbs,
  created_by as "createdBy", created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

/** The keys of the context's projects, by id. */
export async function listApiKeys(client: ClientBase, page: Page): Promise<ApiKeyEntry[]> {
  const { rows } = await client.query<ApiKeyEntry>(
    `select ${ENTRY} from api_keys where key_id > $1 order by key_id limit $2`,
    [page.after ?? '', page.limit],
  );
  return rows;
}

export async function countApiKeys(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(*) as count from api_keys');
  return rows[0]?.count ?? 0;
}

/** One key of the context's projects. */
export async function findApiKeyEntry(client: ClientBase, keyId: string): Promise<ApiKeyEntry | null> {
  const { rows } = await client.query<ApiKeyEntry>(`select ${ENTRY} from api_keys where key_id = $1`, [keyId]);
  return rows[0] ?? null;
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
