import type { ClientBase } from 'pg';

export interface EnrolmentToken {
  readonly projectId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  /** The agent that gets new secrets for it; null where it makes an agent. */
  readonly renews: string | null;
}

export async function insertEnrolmentToken(
  client: ClientBase,
  token: {
    projectId: string;
    tokenHash: Buffer;
    createdBy: string;
    createdAt: Date;
    expiresAt: Date;
    renews: string | null;
  },
): Promise<void> {
  await client.query(
    `insert into enrolment_tokens (project_id, token_hash, created_by, created_at, expires_at, renews)
     values ($1, $2, $3, $4, $5, $6)`,
    [token.projectId, token.tokenHash, token.createdBy, token.createdAt, token.expiresAt, token.renews],
  );
}

/** The token's row, read in the context of its own hash. */
export async function findEnrolmentToken(client: ClientBase, tokenHash: Buffer): Promise<EnrolmentToken | null> {
  const { rows } = await client.query<EnrolmentToken>(
    `select project_id as "projectId", expires_at as "expiresAt", used_at as "usedAt", renews
       from enrolment_tokens where token_hash = $1`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

/**
 * Makes sure that a project takes agents, and keeps it from being archived until the transaction ends. False where it is
 * archived. (Of archived projects row security hides from a lock what only super admins change.)
 */
export async function holdOpen(client: ClientBase, projectId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select 1 from projects where project_id = $1 and status <> 'archived' for key share",
    [projectId],
  );
  return rowCount === 1;
}

/** Uses a token up for `agentId`. False when it was used or has expired by then: of many at once, one gets true. */
export async function useEnrolmentToken(
  client: ClientBase,
  projectId: string,
  tokenHash: Buffer,
  agentId: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update enrolment_tokens set used_at = $4, agent_id = $3
      where project_id = $1 and token_hash = $2 and used_at is null and expires_at > $4`,
    [projectId, tokenHash, agentId, at],
  );
  return rowCount === 1;
}

export async function insertAgent(
  client: ClientBase,
  agent: {
    projectId: string;
    agentId: string;
    name: string;
    program: string;
    secretHash: Buffer;
    sealedHmacKey: Buffer;
    brokerPassword: string;
    createdAt: Date;
  },
): Promise<void> {
  await client.query(
    `insert into agents (project_id, agent_id, name, program, secret_hash, hmac_key, broker_password, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [
      agent.projectId,
      agent.agentId,
      agent.name,
      agent.program,
      agent.secretHash,
      agent.sealedHmacKey,
      agent.brokerPassword,
      agent.createdAt,
    ],
  );
}

/**
 * Gives an agent new secrets; the ones it had stay good until `previousUntil`. Its name, or null where there is no such
 * agent or it is revoked.
 */
export async function renewAgent(
  client: ClientBase,
  agent: {
    projectId: string;
    agentId: string;
    secretHash: Buffer;
    sealedHmacKey: Buffer;
    brokerPassword: string;
    at: Date;
    previousUntil: Date;
  },
): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    `update agents set previous_secret_hash = secret_hash, previous_hmac_key = hmac_key, previous_until = $6,
       secret_hash = $3, hmac_key = $4, broker_password = $5, updated_at = $7
     where project_id = $1 and agent_id = $2 and status <> 'revoked' returning name`,
    [
      agent.projectId,
      agent.agentId,
      agent.secretHash,
      agent.sealedHmacKey,
      agent.brokerPassword,
      agent.previousUntil,
      agent.at,
    ],
  );
  return rows[0]?.name ?? null;
}
