import { randomBytes } from 'node:crypto';
import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Pool } from 'pg';
import { recordActivity } from '../activity/record.ts';
import { withContext } from '../db/client.ts';
import { countAccounts, insertAccount, lockAccounts } from '../db/queries/account.ts';
import type { Passwords } from './passwords.ts';

/** What somebody needs to sign in for the first time. The password is shown once and works for nothing but changing it. */
export interface OneTimeLogin {
  readonly email: string;
  readonly password: string;
}

const CONTEXT = { role: 'super_admin', projectIds: [GLOBAL_PROJECT_ID] } as const;

/**
 * Makes the first super admin where there is nobody yet; of several hubs that start at once one does. With a password of
 * the operator's choice that is all; without one answers the one-time password that was made for them.
 *
 * @param wanted.password null makes one
 */
export async function makeFirstAdmin(
  { pool, passwords, now }: { pool: Pool; passwords: Passwords; now: () => number },
  wanted: { email: string; password: string | null },
): Promise<OneTimeLogin | null> {
  if ((await withContext(pool, { ...CONTEXT, readOnly: true }, countAccounts)) > 0) return null;
  const password = wanted.password ?? oneTimePassword();
  const passwordHash = await passwords.hash(password);
  const at = new Date(now());
  const made = await withContext(pool, CONTEXT, async (client) => {
    await lockAccounts(client);
    if ((await countAccounts(client)) > 0) return false;
    const oneTime = wanted.password === null;
    const admin = { email: wanted.email, role: 'super_admin', status: 'active' } as const;
    const userId = await insertAccount(
      client,
      { ...admin, password_hash: passwordHash, password_one_time: oneTime },
      at,
    );
    await recordActivity(
      client,
      { kind: 'system', id: 'system', name: 'hub', address: null, requestId: null },
      { project: GLOBAL_PROJECT_ID, action: 'user.create', target: { type: 'user', id: userId }, after: admin },
      at,
    );
    return true;
  });
  return made && wanted.password === null ? { email: wanted.email, password } : null;
}

/** 80 random bits in groups that can be read out and typed: `k3fw-9x2p-m7td-q8hv`. */
function oneTimePassword(): string {
  const letters = [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return [0, 4, 8, 12].map((start) => letters.slice(start, start + 4).join('')).join('-');
}

/** 32 letters and digits that nobody mistakes for each other. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
