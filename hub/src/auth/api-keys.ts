import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { findApiKey, touchApiKey } from '../db/queries/api-keys.ts';
import type { ApiKey } from './principal.ts';
import { hashSecret, newSecret } from './secrets.ts';

/**
 * API keys: `hck_<id>_<secret>`, the id public (12 small letters and digits), the secret 256 random bits. Only the
 * SHA-256 of the whole key is stored; the database shows a key's row to nobody but the holder of that hash.
 */
const KEY_PATTERN = /^hck_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** `last_used_at` is written at most this often, milliseconds. */
const TOUCH_EVERY_MS = 60_000;

export interface NewApiKey {
  readonly keyId: string;
  /** The key itself: shown once, then gone. */
  readonly key: string;
  readonly hash: Buffer;
}

export function newApiKey(): NewApiKey {
  const keyId = randomBytes(6).toString('hex');
  const key = `hck_${keyId}_${newSecret()}`;
  return { keyId, key, hash: hashSecret(key) };
}

/** True for text of the shape of a key, whether or not there is such a key. */
export function isApiKey(text: string): boolean {
  return KEY_PATTERN.test(text);
}

/** The principal that a key stands for; null when there is no such key, or it has expired or was revoked. */
export async function authenticateApiKey(pool: Pool, key: string, now: number): Promise<ApiKey | null> {
  const keyId = KEY_PATTERN.exec(key)?.[1];
  if (keyId === undefined) return null;
  const hash = hashSecret(key);
  const tokenHash = hash.toString('hex');
  const row = await findApiKey(pool, keyId, hash);
  if (row === null || !timingSafeEqual(row.tokenHash, hash)) return null;
  if (row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt.getTime() <= now)) return null;
  if (row.lastUsedAt === null || now - row.lastUsedAt.getTime() >= TOUCH_EVERY_MS) {
    await withContext(pool, { tokenHash, projectIds: [row.projectId] }, (client) =>
      touchApiKey(client, row.projectId, keyId, new Date(now), new Date(now - TOUCH_EVERY_MS)),
    );
  }
  return {
    kind: 'api_key',
    id: `key:${keyId}`,
    name: row.name,
    verbs: row.verbs,
    role: row.role,
    projectIds: row.role === 'super_admin' ? null : row.projectIds,
  };
}
