import { randomUUID } from 'node:crypto';
import { Credential, type EnrolRequest, safeText } from '@hearst/protocol';
import type { ClientBase, Pool } from 'pg';
import type { z } from 'zod';
import { recordActivity } from './activity/record.ts';
import { brokerPassword } from './auth/broker-password.ts';
import { hashSecret, newSecret } from './auth/secrets.ts';
import { withContext } from './db/client.ts';
import {
  findEnrolmentToken,
  holdOpen,
  insertAgent,
  insertEnrolmentToken,
  renewAgent,
  useEnrolmentToken,
} from './db/queries/enrolment.ts';
import type { KeyFile } from './keys.ts';

/**
 * How an agent gets its identity: a person makes a one-time token at the hub, the agent exchanges it for a credential.
 *
 * - A token belongs to one project, lives 24 h and works once; only its SHA-256 is stored.
 * - Of any number of agents that present one token at once, exactly one is enrolled.
 * - An archived project takes no agent: nothing would show what it sends.
 * - A token may also be for an agent that is there: it gets new secrets, and the ones before stay good for a day, so that
 *   nothing on its way is refused. Such a token is worth something to that agent alone.
 * - The login secret is kept as a hash. The HMAC key is kept sealed: the hub must compute with it.
 */
export const TOKEN_LIFETIME_MS = 24 * 3_600_000;
/** How long the secrets before the last change are taken besides the new ones. */
export const OVERLAP_MS = 24 * 3_600_000;

/** What enrolling answers: the credential but for `hub`, which the agent fills with the address it used. */
export const IssuedCredential = Credential.omit({ hub: true });
export type IssuedCredential = z.infer<typeof IssuedCredential>;

export type EnrolmentRefusal = 'token_unknown' | 'token_expired' | 'token_used' | 'token_renews' | 'conflict';

/**
 * Makes a token for `projectId` and stores its hash. The token is shown once; the project must exist.
 *
 * @param renews the agent that is to get new secrets for it; null for one that joins
 */
export async function issueEnrolmentToken(
  client: ClientBase,
  projectId: string,
  createdBy: string,
  now: number,
  renews: string | null = null,
): Promise<{ token: string; expiresAt: Date }> {
  const token = `het_${newSecret()}`;
  const expiresAt = new Date(now + TOKEN_LIFETIME_MS);
  await insertEnrolmentToken(client, {
    projectId,
    tokenHash: hashSecret(token),
    createdBy,
    createdAt: new Date(now),
    expiresAt,
    renews,
  });
  return { token, expiresAt };
}

/** The line to run on the site's server. */
export function enrolCommand(hub: string, token: string, name: string | undefined): string {
  const named = name === undefined ? '' : ` --name ${quoted(name)}`;
  return `hearst-agent enrol --hub ${/^[\w.:/-]+$/.test(hub) ? hub : quoted(hub)} --token ${token}${named}`;
}

/** The line to run where the agent is. */
export function renewCommand(hub: string, token: string): string {
  return `${enrolCommand(hub, token, undefined)} --renew`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export interface EnrolmentPlace {
  readonly pool: Pool;
  readonly keys: KeyFile;
  /** The broker's address as agents reach it. */
  readonly mqttUrl: string;
  /** The authority by which agents know the broker; null: one of the usual ones, or theirs to say. */
  readonly mqttCa: string | null;
  readonly now: () => number;
}

/** Where an enrolment came from, for the activity log. */
export interface EnrolmentOrigin {
  readonly address: string;
  readonly requestId: string;
}

/** Exchanges a token for a new agent's credential, or an agent's new secrets, in one transaction with its activity entry, or says why not. */
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

  const { projectId, renews } = token;
  // Whoever else has got hold of it would become a second program of that identity.
  if (renews !== null && renews !== request.agent) return { refused: 'token_renews' };
  const agentId = renews ?? randomUUID();
  const secret = newSecret();
  const hmacKey = newSecret();
  const said = { name: safeText(request.name, 64) ?? agentId, program: safeText(request.program, 64) ?? '' };
  const secrets = {
    secretHash: hashSecret(secret),
    sealedHmacKey: place.keys.encrypt(Buffer.from(hmacKey, 'base64url')),
    brokerPassword: await brokerPassword(secret),
  };
  // A manager made the token for that one change of an agent that is there.
  const context = {
    ...shown,
    projectIds: [projectId],
    ...(renews === null ? {} : { role: 'project_manager' as const }),
  };
  const refused = await withContext(place.pool, context, async (client) => {
    if (!(await holdOpen(client, projectId))) return 'conflict';
    if (!(await useEnrolmentToken(client, projectId, tokenHash, agentId, at))) return 'token_used';
    const target = { type: 'agent', id: agentId };
    if (renews !== null) {
      const previousUntil = new Date(+at + OVERLAP_MS);
      const name = await renewAgent(client, { projectId, agentId, ...secrets, at, previousUntil });
      if (name === null) return 'token_unknown';
      const actor = { kind: 'agent', id: agentId, name, ...origin } as const;
      const after = { name, previous_until: previousUntil };
      await recordActivity(client, actor, { project: projectId, action: 'agent.renew', target, after }, at);
      return null;
    }
    await insertAgent(client, { projectId, agentId, ...said, ...secrets, createdAt: at });
    const actor = { kind: 'agent', id: agentId, name: said.name, ...origin } as const;
    await recordActivity(client, actor, { project: projectId, action: 'agent.enrol', target, after: said }, at);
    return null;
  });
  if (refused !== null) return { refused };
  const { mqttUrl: mqtt, mqttCa: ca } = place;
  return { agent: agentId, project: projectId, mqtt, secret, hmac_key: hmacKey, ...(ca === null ? {} : { ca }) };
}
