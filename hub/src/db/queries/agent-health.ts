import type { ClientBase } from 'pg';
import type { AgentState } from '../schema.ts';

/** What an agent said last of itself. */
export interface AgentHealth {
  readonly agentId: string;
  readonly state: AgentState;
  /** Null: it was never there. */
  readonly lastSeenAt: Date | null;
  readonly clock: string | null;
  readonly clockOffsetMs: number | null;
  /** Batches in its outbox, and how many its containers make in a minute; null where it has none that polls. */
  readonly depthBatches: number | null;
  readonly batchesPerMinute: number | null;
}

/** The agents of a project that are not revoked. */
export async function agentHealths(client: ClientBase, projectId: string): Promise<AgentHealth[]> {
  const { rows } = await client.query<AgentHealth>(
    `select agent_id as "agentId", state, last_seen_at as "lastSeenAt", clock, clock_offset_ms as "clockOffsetMs",
       depth_batches as "depthBatches",
       (select sum(60 / greatest(c.interval_s, 0.1)) from containers c
         where c.project_id = $1 and c.agent_id = a.agent_id) as "batchesPerMinute"
     from agents a where project_id = $1 and status <> 'revoked' order by agent_id`,
    [projectId],
  );
  return rows;
}

/** An event that alerts go by. */
export interface NotedEvent {
  readonly agentId: string;
  readonly code: string;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events of some codes that happened or were received since a moment, the newest 1000. */
export async function eventsSince(
  client: ClientBase,
  projectId: string,
  codes: readonly string[],
  since: Date,
  by: 'at' | 'received_at',
): Promise<NotedEvent[]> {
  const { rows } = await client.query<NotedEvent>(
    `select agent_id as "agentId", code, subject, data from agent_events
      where project_id = $1 and code = any ($2) and ${by} > $3 order by ${by} desc limit 1000`,
    [projectId, codes, since],
  );
  return rows;
}
