import type { AgentEntry } from '../../db/queries/agent-entries.ts';
import type { Agent } from '../schemas/agents.ts';

/** An agent's row as the API and `hearst-hub agent list` show it. */
export function presentAgent(row: AgentEntry, now: number): Agent {
  const { last_seen_at: seen } = row;
  return {
    project_id: row.project_id,
    agent_id: row.agent_id,
    name: row.name,
    status: row.status,
    state: row.state,
    last_seen_at: seen?.toISOString() ?? null,
    age_s: seen === null ? null : Math.round(Math.max(0, now - +seen) / 100) / 10,
    program: row.program,
    clock: row.clock,
    clock_offset_ms: row.clock_offset_ms,
    depth_batches: row.depth_batches,
    depth_bytes: row.depth_bytes,
    oldest_at: row.oldest_at?.toISOString() ?? null,
    duplicates: row.duplicates,
    containers_count: row.containers_count,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    doctor: row.doctor && { ...row.doctor, at: new Date(row.doctor.at).toISOString() },
  };
}
