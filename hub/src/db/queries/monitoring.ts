import type { ClientBase } from 'pg';
import type { Severity } from '../schema.ts';

/** Open alerts of a project (HEARST-000: of none) by severity. */
export interface AlertsOpen {
  readonly projectId: string;
  readonly severity: Severity;
  readonly count: number;
}

/** How an agent was last seen; revoked ones are not told of. */
export interface AgentSeen {
  readonly projectId: string;
  readonly agentId: string;
  readonly name: string;
  readonly status: 'active' | 'quarantined';
  /** Seconds ago; null while it has never been seen. */
  readonly seenAgoS: number | null;
  /** What waits at the site, as the agent said last. */
  readonly depthBatches: number | null;
  readonly depthBytes: number | null;
  readonly clockOffsetMs: number | null;
}

/** How old the newest reading of a project is, seconds; null while there is none. Of projects in service. */
export interface ProjectAge {
  readonly projectId: string;
  readonly ageS: number | null;
}

export async function alertsOpen(client: ClientBase): Promise<AlertsOpen[]> {
  const { rows } = await client.query<AlertsOpen>(
    `select project_id as "projectId", severity, count(*) as count from alerts
      where status in ('active', 'acknowledged') group by project_id, severity`,
  );
  return rows;
}

export async function agentsSeen(client: ClientBase, now: Date): Promise<AgentSeen[]> {
  const { rows } = await client.query<AgentSeen>(
    `select project_id as "projectId", agent_id as "agentId", name, status,
       extract(epoch from $1 - last_seen_at)::float8 as "seenAgoS", depth_batches as "depthBatches",
       depth_bytes as "depthBytes", clock_offset_ms as "clockOffsetMs"
     from agents where status <> 'revoked'`,
    [now],
  );
  return rows;
}

export async function projectAges(client: ClientBase, now: Date): Promise<ProjectAge[]> {
  const { rows } = await client.query<ProjectAge>(
    `select p.project_id as "projectId", extract(epoch from $1 - max(c.state_at))::float8 as "ageS"
     from projects p left join containers c on c.project_id = p.project_id
     where p.status = 'active' group by p.project_id`,
    [now],
  );
  return rows;
}

/** How many frames came whose buckets of history are still to be computed. */
export async function marksWaiting(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(project_id) as count from rollup_marks');
  return rows[0]?.count ?? 0;
}
