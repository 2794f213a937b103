import type { DoctorReport } from '@hearst/protocol';
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { AGENT_STATES, AGENT_STATUSES, type AgentState, type AgentStatus, agents } from '../schema.ts';
import { byKey, byNumber, byRank, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

/** An agent as people see it: no secret, no key. */
export interface AgentEntry {
  readonly project_id: string;
  readonly agent_id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly state: AgentState;
  readonly program: string | null;
  readonly clock: string | null;
  readonly clock_offset_ms: number | null;
  readonly depth_batches: number | null;
  readonly depth_bytes: number | null;
  readonly oldest_at: Date | null;
  readonly duplicates: number;
  readonly containers_count: number;
  readonly last_seen_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly doctor: DoctorReport | null;
}

/** Which agents; what is absent does not narrow. */
export interface AgentFilter {
  readonly projectIds?: readonly string[] | undefined;
  readonly statuses?: readonly AgentStatus[] | undefined;
  readonly states?: readonly AgentState[] | undefined;
  /** A part of the id, the name or the program. */
  readonly text?: string | undefined;
}

/** An agent tells its state every minute while it is connected: of one that is silent for longer nobody knows. */
const ONLINE_FOR_MS = 5 * 60_000;

/** What is known of the state as of `now`: `online` is what the agent said, and only its last will takes that back. */
function stateAt(now: Date): SQL<AgentState> {
  const since = new Date(+now - ONLINE_FOR_MS).toISOString();
  return sql<AgentState>`case when ${agents.state} = 'online' and coalesce(${agents.last_seen_at} < ${since}::timestamptz, true)
    then 'unknown' else ${agents.state} end`;
}

function columnsAt(now: Date) {
  return {
    project_id: agents.project_id,
    agent_id: agents.agent_id,
    name: agents.name,
    status: agents.status,
    state: stateAt(now),
    program: agents.program,
    clock: agents.clock,
    clock_offset_ms: agents.clock_offset_ms,
    depth_batches: agents.depth_batches,
    depth_bytes: agents.depth_bytes,
    oldest_at: agents.oldest_at,
    doctor: agents.doctor,
    duplicates: agents.duplicates,
    // Named in full: inside the sub-select a bare name would be the container's.
    containers_count: sql<number>`(select count(*)::int from containers c
        where c.project_id = agents.project_id and c.agent_id = agents.agent_id)`,
    last_seen_at: agents.last_seen_at,
    created_at: agents.created_at,
    updated_at: agents.updated_at,
  };
}

const PROJECT = byKey(agents.project_id);
const ID = byKey(agents.agent_id);

/** What agents may be sorted by. */
export const AGENT_ORDER = {
  fields: {
    project_id: [PROJECT],
    name: [byText(agents.name)],
    status: [byRank(AGENT_STATUSES, agents.status)],
    state: [byRank(AGENT_STATES, stateAt)],
    last_seen_at: [byTime(agents.last_seen_at)],
    program: [byText(agents.program)],
    depth_batches: [byNumber(agents.depth_batches)],
    created_at: [byTime(agents.created_at)],
  },
  ties: [PROJECT, ID],
  standard: 'project_id',
} as const satisfies Order<string>;
export type AgentSort = keyof typeof AGENT_ORDER.fields;

function matching({ projectIds, statuses, states, text }: AgentFilter, now: Date): SQL | undefined {
  return and(
    projectIds && inArray(agents.project_id, projectIds),
    statuses && inArray(agents.status, statuses),
    states && inArray(stateAt(now), states),
    anyHolds(text, agents.agent_id, agents.name, agents.program),
  );
}

/** The visible agents, with their places in the list. */
export async function listAgents(client: ClientBase, filter: AgentFilter, page: SortedPage<AgentSort>, now: Date) {
  const { place, rest, orderBy } = inOrder(AGENT_ORDER, page, now);
  const list = on(client)
    .select({ ...columnsAt(now), place })
    .from(agents)
    .where(and(matching(filter, now), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countAgents(client: ClientBase, filter: AgentFilter, now: Date): Promise<number> {
  return on(client).$count(agents, matching(filter, now));
}

/** One agent; null when there is none of that id, or none that may be seen. */
export async function findAgentEntry(client: ClientBase, agentId: string, now: Date): Promise<AgentEntry | null> {
  const [row] = await on(client).select(columnsAt(now)).from(agents).where(eq(agents.agent_id, agentId));
  return row ?? null;
}

/** Revokes an agent; false when it was revoked already. */
export async function setRevoked(client: ClientBase, projectId: string, agentId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update agents set status = 'revoked', updated_at = $3
      where project_id = $1 and agent_id = $2 and status <> 'revoked'`,
    [projectId, agentId, at],
  );
  return rowCount === 1;
}

/**
 * Believes a quarantined identity again; false when it is in no quarantine. Its lease goes to whichever of its programs
 * says hello first (the boot that held it is forgotten), under a number that none of them has.
 */
export async function setReinstated(
  client: ClientBase,
  projectId: string,
  agentId: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update agents set status = 'active', lease_boot = null, lease_used = true, updated_at = $3
      where project_id = $1 and agent_id = $2 and status = 'quarantined'`,
    [projectId, agentId, at],
  );
  return rowCount === 1;
}
