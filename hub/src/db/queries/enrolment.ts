import type { ClientBase } from 'pg';

export interface EnrolmentToken {
  readonly projectId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export async function insertEnrolmentToken(
  client: ClientBase,
  token: { projectId: string; tokenHash: Buffer; createdBy: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await client.query(
    `insert into enrolment_tokens (project_id, token_hash, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5)`,
    [token.projectId, token.tokenHash, token.createdBy, token.createdAt, token.expiresAt],
  );
}

/** The token's row, read in the context of its own hash. */
export async function findEnrolmentToken(client: ClientBase, tokenHash: Buffer): Promise<EnrolmentToken | null> {
  const { rows } = await client.query<EnrolmentToken>(
    `select project_id as "projectId", expires_at as "expiresAt", used_at as "usedAt"
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
    createdAt: Date;
  },
): Promise<void> {
  await client.query(
    `insert into agents (project_id, agent_id, name, program, secret_hash, hmac_key, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [agent.projectId, agent.agentId, agent.name, agent.program, agent.secretHash, agent.sealedHmacKey, agent.createdAt],
  );
}
