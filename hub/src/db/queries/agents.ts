import type { DoctorReport } from '@hearst/protocol';
import type { ClientBase } from 'pg';

/** What ingest must know of an agent to believe it. */
export interface AgentRow {
  readonly projectId: string;
  readonly agentId: string;
  readonly status: 'active' | 'revoked' | 'quarantined';
  readonly secretHash: Buffer;
  /** Sealed under the hub's key file. */
  readonly hmacKey: Buffer;
  /** What it had before its secrets were changed, good until then; all null or none. */
  readonly previousSecretHash: Buffer | null;
  readonly previousHmacKey: Buffer | null;
  readonly previousUntil: Date | null;
  /** The lease of the last welcome, the boot it went to, and whether that boot has used it. */
  readonly lease: number;
  readonly leaseBoot: string | null;
  readonly leaseUsed: boolean;
  readonly outboxId: string | null;
  readonly helloAt: Date | null;
}

const COLUMNS = `project_id as "projectId", agent_id as "agentId", status, secret_hash as "secretHash",
  hmac_key as "hmacKey", previous_secret_hash as "previousSecretHash", previous_hmac_key as "previousHmacKey",
  previous_until as "previousUntil", lease, lease_boot as "leaseBoot", lease_used as "leaseUsed",
  outbox_id as "outboxId", hello_at as "helloAt"`;

/** In the context of the agent itself or of its project. */
export async function findAgent(client: ClientBase, agentId: string): Promise<AgentRow | null> {
  const { rows } = await client.query<AgentRow>(`select ${COLUMNS} from agents where agent_id = $1`, [agentId]);
  return rows[0] ?? null;
}

/** Agents of the context's projects. */
export async function findAgents(client: ClientBase, agentIds: readonly string[]): Promise<AgentRow[]> {
  const { rows } = await client.query<AgentRow>(`select ${COLUMNS} from agents where agent_id = any ($1::uuid[])`, [
    agentIds,
  ]);
  return rows;
}

/** Every agent that may sign in, with its password as Mosquitto keeps it; null where it was enrolled before there was one. */
export async function findBrokerLogins(client: ClientBase): Promise<{ user: string; password: string | null }[]> {
  const { rows } = await client.query<{ user: string; password: string | null }>(
    `select agent_id as "user", broker_password as password from agents where status = 'active' order by agent_id`,
  );
  return rows;
}

/** The row, locked until the transaction ends: two hellos of one identity are told apart one after the other. */
export async function lockAgent(client: ClientBase, projectId: string, agentId: string): Promise<AgentRow | null> {
  const { rows } = await client.query<AgentRow>(
    `select ${COLUMNS} from agents where project_id = $1 and agent_id = $2 for update`,
    [projectId, agentId],
  );
  return rows[0] ?? null;
}

/** Records a hello and the lease granted for it. `helloAt` null leaves the time as it is (a replay is still due). */
export async function grantLease(
  client: ClientBase,
  projectId: string,
  agentId: string,
  grant: {
    lease: number;
    boot: string;
    outbox: string;
    program: string | null;
    clock: string;
    depth: { batches: number; bytes: number };
    at: Date;
    helloAt: Date | null;
  },
): Promise<void> {
  await client.query(
    `update agents set lease = $3, lease_boot = $4, lease_used = false, outbox_id = $5, program = $6, clock = $7,
       depth_batches = $8, depth_bytes = $9, state = 'online', last_seen_at = $10, updated_at = $10,
       hello_at = coalesce($11, hello_at)
     where project_id = $1 and agent_id = $2`,
    [
      projectId,
      agentId,
      grant.lease,
      grant.boot,
      grant.outbox,
      grant.program,
      grant.clock,
      grant.depth.batches,
      grant.depth.bytes,
      grant.at,
      grant.helloAt,
    ],
  );
}

/** Two programs use one identity: nobody is believed until a person decides. */
export async function quarantineAgent(client: ClientBase, projectId: string, agentId: string, at: Date): Promise<void> {
  await client.query(
    `update agents set status = 'quarantined', updated_at = $3 where project_id = $1 and agent_id = $2`,
    [projectId, agentId, at],
  );
}

/** Batches have come: the lease is in use, so the one before it is spent. */
export async function touchAgent(
  client: ClientBase,
  projectId: string,
  agentId: string,
  seen: { at: Date; lease: number; clock: string; offsetMs: number | null },
): Promise<void> {
  await client.query(
    `update agents set last_seen_at = greatest(last_seen_at, $3), state = 'online', clock = $5, clock_offset_ms = $6,
       hello_at = case when lease = $4 and not lease_used then $3 else hello_at end, lease_used = lease_used or lease = $4
     where project_id = $1 and agent_id = $2`,
    [projectId, agentId, seen.at, seen.lease, seen.clock, seen.offsetMs],
  );
}

/** Adds to the count of an agent's batches that came again after they were committed. */
export async function countDuplicates(
  client: ClientBase,
  projectId: string,
  agentId: string,
  count: number,
): Promise<void> {
  await client.query('update agents set duplicates = duplicates + $3 where project_id = $1 and agent_id = $2', [
    projectId,
    agentId,
    count,
  ]);
}

/** Gives an agent the containers of another one that was revoked: it stands in the other's place now. */
export async function inheritContainers(
  client: ClientBase,
  projectId: string,
  agentId: string,
  containerIds: readonly string[],
): Promise<void> {
  await client.query(
    `update containers c set agent_id = $2, updated_at = now() from agents a
      where c.project_id = $1 and c.container_id = any ($3::text[])
        and a.project_id = $1 and a.agent_id = c.agent_id and a.status = 'revoked'`,
    [projectId, agentId, containerIds],
  );
}

/**
 * Nobody is connected to a broker that has just started: who was online when the last one died has left no will.
 * For the hub's own broker only, and before it takes connections.
 */
export async function forgetOnline(client: ClientBase): Promise<void> {
  await client.query("update agents set state = 'unknown' where state = 'online'");
}

/**
 * What `up/status` says: online, or the last will. `seenAt` null where the message was a retained one. True when that is
 * another state than before.
 */
export async function setAgentState(
  client: ClientBase,
  projectId: string,
  agentId: string,
  status: {
    state: 'online' | 'offline';
    program: string | null;
    depth: { batches: number; bytes: number; oldestAt: Date | null } | null;
    /** Null: it says nothing of it, and what it said before stands. */
    doctor: DoctorReport | null;
    seenAt: Date | null;
  },
): Promise<boolean> {
  const { rows } = await client.query<{ changed: boolean }>(
    `with before as (select state from agents where project_id = $1 and agent_id = $2 for update)
     update agents set state = $3, program = coalesce($4, program), depth_batches = coalesce($5, depth_batches),
       depth_bytes = coalesce($6, depth_bytes), last_seen_at = greatest(last_seen_at, $7),
       doctor = coalesce($8::jsonb, doctor), oldest_at = case when $5::bigint is null then oldest_at else $9 end
     from before where project_id = $1 and agent_id = $2
     returning before.state <> agents.state as changed`,
    [
      ...[projectId, agentId, status.state, status.program, status.depth?.batches, status.depth?.bytes, status.seenAt],
      ...[status.doctor && JSON.stringify(status.doctor), status.depth?.oldestAt],
    ],
  );
  return rows[0]?.changed ?? false;
}

export interface Installation {
  readonly hubEpoch: string;
  /** Set by the restore procedure: the moment the restored copy was made. */
  readonly restoredTo: Date | null;
}

export async function findInstallation(client: ClientBase): Promise<Installation> {
  const { rows } = await client.query<Installation>(
    'select hub_epoch as "hubEpoch", restored_to as "restoredTo" from installation',
  );
  const row = rows[0];
  if (!row) throw new Error('The table "installation" is empty: the database was not made by the migrations.');
  return row;
}
