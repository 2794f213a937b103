import type { ClientBase } from 'pg';
import { timeOf } from './statements.ts';

/** A row of agent_events; `at` in ms since 1970 UTC. */
export interface AgentEventRow {
  readonly agentId: string;
  readonly outboxId: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly subject: string | null;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

export async function insertAgentEvents(
  client: ClientBase,
  projectId: string,
  events: readonly AgentEventRow[],
): Promise<void> {
  for (const event of events)
    await client.query({
      name: 'agent_events_insert',
      text: `insert into agent_events (project_id, agent_id, outbox_id, seq, ordinal, at, received_at, code, severity,
          subject, message, data)
        values ($1, $2, $3, $4, $5, ${timeOf('$6::double precision')}, ${timeOf('$7::double precision')}, $8, $9, $10, $11,
          $12::jsonb) on conflict do nothing`,
      values: [
        projectId,
        event.agentId,
        event.outboxId,
        event.seq,
        event.ordinal,
        event.at,
        event.receivedAt,
        event.code,
        event.severity,
        event.subject,
        event.message,
        JSON.stringify(event.data),
      ],
    });
}
