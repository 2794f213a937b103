import { randomUUID } from 'node:crypto';
import { Credential, type EnrolRequest } from '@hearst/protocol';
import type { ClientBase, Pool } from 'pg';
import type { z } from 'zod';
import { hashSecret, newSecret } from './auth/secrets.ts';
import { withContext } from './db/client.ts';
import { findEnrolmentToken, insertAgent, insertEnrolmentToken, useEnrolmentToken } from './db/queries/enrolment.ts';
import type { KeyFile } from './keys.ts';

/**
 * How an agent gets its identity: a person makes a one-time token at the hub, the agent exchanges it for a credential.
 *
 * - A token belongs to one project, lives 24 h and works once; only its SHA-256 is stored.
 * - Of any number of agents that present one token at once, exactly one is enrolled.
 * - The login secret is kept as a hash. The HMAC key is kept sealed: the hub must compute with it.
 */
export const TOKEN_LIFETIME_MS = 24 * 3_600_000;

/** What enrolling answers: the credential but for `hub`, which the agent fills with the address it used. */
export const IssuedCredential = Credential.omit({ hub: true });
export type IssuedCredential = z.infer<typeof IssuedCredential>;

export type EnrolmentRefusal = 'token_unknown' | 'token_expired' | 'token_used';

/** Makes a token for `projectId` and stores its hash. The token is shown once; the project must exist. */
export async function issueEnrolmentToken(
  client: ClientBase,
  projectId: string,
  createdBy: string,
  now: number,
): Promise<{ token: string; expiresAt: Date }> {
  const token = `het_${newSecret()}`;
  const expiresAt = new Date(now + TOKEN_LIFETIME_MS);
  await insertEnrolmentToken(client, {
    projectId,
    tokenHash: hashSecret(token),
    createdBy,
    createdAt: new Date(now),
    expiresAt,
  });
  return { token, expiresAt };
}

export interface EnrolmentPlace {
  readonly pool: Pool;
  readonly keys: KeyFile;
  /** The broker's address as agents reach it. */
  readonly mqttUrl: string;
  readonly now: () => number;
}

/** Exchanges a token for a new agent's credential, in one transaction, or says why not. */
export async function enrol(
  place: EnrolmentPlace,
  request: EnrolRequest,
): Promise<IssuedCredential | { refused: EnrolmentRefusal }> {
  const tokenHash = hashSecret(request.token);
  const at = new Date(place.now());
  const shown = { tokenHash: tokenHash.toString('hex') };
  const token = await withContext(place.pool, { ...shown, readOnly: true }, (client) =>
    findEnrolmentToken(client, tokenHash),
  );
  if (token === null) return { refused: 'token_unknown' };
  if (token.usedAt !== null) return { refused: 'token_used' };
  if (token.expiresAt <= at) return { refused: 'token_expired' };

  const { projectId } = token;
  const agentId = randomUUID();
  const secret = newSecret();
  const hmacKey = newSecret();
  const won = await withContext(place.pool, { ...shown, projectIds: [projectId] }, async (client) => {
    if (!(await useEnrolmentToken(client, projectId, tokenHash, agentId, at))) return false;
    await insertAgent(client, {
      projectId,
      agentId,
      name: request.name,
      program: request.program,
      secretHash: hashSecret(secret),
      sealedHmacKey: place.keys.encrypt(Buffer.from(hmacKey, 'base64url')),
      createdAt: at,
    });
    return true;
  });
  if (!won) return { refused: 'token_used' };
  return { agent: agentId, project: projectId, mqtt: place.mqttUrl, secret, hmac_key: hmacKey };
}
