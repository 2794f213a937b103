import { randomUUID } from 'node:crypto';
import { Credential, type EnrolRequest, safeText } from '@hearst/protocol';
import type { ClientBase, Pool } from 'pg';
import type { z } from 'zod';
import { recordActivity } from './activity/record.ts';
import { hashSecret, newSecret } from './auth/secrets.ts';
import { withContext } from './db/client.ts';
import {
  findEnrolmentToken,
  holdOpen,
  insertAgent,
  insertEnrolmentToken,
  useEnrolmentToken,
} from './db/queries/enrolment.ts';
import type { KeyFile } from './keys.ts';

/**
 * How an agent gets its identity: a person makes a one-time token at the hub, the agent exchanges it for a credential.
 *
 * - A token belongs to one project, lives 24 h and works once; only its SHA-256 is stored.
 * - Of any number of agents that present one token at once, exactly one is enrolled.
 * - An archived project takes no agent: nothing would show what it sends.
 * - The login secret is kept as a hash. The HMAC key is kept sealed: the hub must compute with it.
 */
export const TOKEN_LIFETIME_MS = 24 * 3_600_000;

/** What enrolling answers: the credential but for `hub`, which the agent fills with the address it used. */
export const IssuedCredential = Credential.omit({ hub: true });
export type IssuedCredential = z.infer<typeof IssuedCredential>;

export type EnrolmentRefusal = 'token_unknown' | 'token_expired' | 'token_used' | 'conflict';

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

/** The line to run on the site's server. */
export function enrolCommand(hub: string, token: string, name: string | undefined): string {
  const named = name === undefined ? '' : ` --name ${quoted(name)}`;
  return `hearst-agent enrol --hub ${/^[\w.:/-]+$/.test(hub) ? hub : quoted(hub)} --token ${token}${named}`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export interface EnrolmentPlace {
  readonly pool: Pool;
  readonly keys: KeyFile;
  /** The broker's address as agents reach it. */
  readonly mqttUrl: string;
  readonly now: () => number;
}

/** Where an enrolment came from, for the activity log. */
export interface EnrolmentOrigin {
  readonly address: string;
  readonly requestId: string;
}

/** Exchanges a token for a new agent's credential, in one transaction with its activity entry, or says why not. */
export async function enrol(
  place: EnrolmentPlace,
  request: EnrolRequest,
  origin: EnrolmentOrigin,
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
  const said = { name: safeText(request.name, 64) ?? agentId, program: safeText(request.program, 64) ?? '' };
  const refused = await withContext(place.pool, { ...shown, projectIds: [projectId] }, async (client) => {
    if (!(await holdOpen(client, projectId))) return 'conflict';
    if (!(await useEnrolmentToken(client, projectId, tokenHash, agentId, at))) return 'token_used';
    await insertAgent(client, {
      projectId,
      agentId,
      ...said,
      secretHash: hashSecret(secret),
      sealedHmacKey: place.keys.encrypt(Buffer.from(hmacKey, 'base64url')),
      createdAt: at,
    });
    const actor = { kind: 'agent', id: agentId, name: said.name, ...origin } as const;
    const target = { type: 'agent', id: agentId };
    await recordActivity(client, actor, { project: projectId, action: 'agent.enrol', target, after: said }, at);
    return null;
  });
  if (refused !== null) return { refused };
  return { agent: agentId, project: projectId, mqtt: place.mqttUrl, secret, hmac_key: hmacKey };
}
