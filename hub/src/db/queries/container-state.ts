import type { ClientBase } from 'pg';
import type { Conditions } from '../../alerts/conditions.ts';
import { type ContainerFrameRow, FRAME_COLUMNS } from './container-frames.ts';
import { type Column, rowsFor, timeOf, unnested } from './statements.ts';

/**
 * Latest state of containers. It only moves forward: a row is touched when what is told is newer than its `state_at`.
 */

/** What an agent says of a container that it reads. */
export interface Claim {
  readonly containerId: string;
  readonly agentId: string;
  readonly miners: number;
  readonly hasCooling: boolean;
}

/**
 * The containers' owners: claims for each the container that has none yet, answers who has it now. Containers that are
 * owned already, as all are but in their first frame, are only read: no row version, no lock.
 */
export async function claimContainers(
  client: ClientBase,
  projectId: string,
  claims: readonly Claim[],
): Promise<Map<string, string>> {
  const rows = await rowsFor<{ containerId: string; agentId: string }>(
    client,
    `select container_id as "containerId", agent_id as "agentId" from containers
      where project_id = $1 and container_id = any ($2::text[]) and agent_id is not null`,
    [projectId, claims.map((claim) => claim.containerId)],
  );
  const owners = new Map(rows.map((row) => [row.containerId, row.agentId]));
  const free = claims.filter((claim) => !owners.has(claim.containerId));
  if (free.length > 0) for (const [id, agent] of await claimFree(client, projectId, free)) owners.set(id, agent);
  return owners;
}

/** An upsert, because somebody else may claim at the same time: the first of the two gets it. */
async function claimFree(
  client: ClientBase,
  projectId: string,
  claims: readonly Claim[],
): Promise<Map<string, string>> {
  const rows = await rowsFor<{ containerId: string; agentId: string }>(
    client,
    `insert into containers as c (project_id, container_id, agent_id, miners_expected, has_cooling)
     select $1, n.container_id, n.agent_id, n.miners, n.has_cooling
       from unnest($2::text[], $3::uuid[], $4::int[], $5::boolean[]) n (container_id, agent_id, miners, has_cooling)
      order by n.container_id
     on conflict (project_id, container_id) do update set agent_id = coalesce(c.agent_id, excluded.agent_id)
     returning container_id as "containerId", agent_id as "agentId"`,
    [
      projectId,
      claims.map((claim) => claim.containerId),
      claims.map((claim) => claim.agentId),
      claims.map((claim) => claim.miners),
      claims.map((claim) => claim.hasCooling),
    ],
  );
  return new Map(rows.map((row) => [row.containerId, row.agentId]));
}

/** What of a frame's row is the container's latest state. */
export type ContainerStateRow = Omit<ContainerFrameRow, 'body'>;

/**
 * A state with the conditions that go along, as JSON; null: they stay as they are. They hold only on top of what was read
 * (`onTopOf`, the container's `state_at` as text; null: whatever is there).
 */
export type ContainerAdvance = ContainerStateRow & {
  readonly conditions: string | null;
  readonly onTopOf: string | null;
};

/** What holds at a container as of its newest state. */
export interface StoredConditions {
  readonly conditions: Conditions | null;
  readonly stateAt: string | null;
}

/** What holds at containers so far. Nothing is locked: who writes on top of it says what it was. */
export function readConditions(
  client: ClientBase,
  projectId: string,
  containerIds: readonly string[],
): Promise<Map<string, StoredConditions>> {
  return conditionsBy(client, CONDITIONS, [projectId, containerIds]);
}

/** The same, locked until the transaction ends: nobody joins another reading to it. */
export function lockConditions(
  client: ClientBase,
  projectId: string,
  containerIds: readonly string[],
): Promise<Map<string, StoredConditions>> {
  const text = `${CONDITIONS} order by container_id for no key update`;
  return conditionsBy(client, text, [projectId, containerIds]);
}

const CONDITIONS = `select container_id as "containerId", conditions, state_at::text as "stateAt" from containers
  where project_id = $1 and container_id = any ($2::text[])`;

async function conditionsBy(
  client: ClientBase,
  text: string,
  values: unknown[],
): Promise<Map<string, StoredConditions>> {
  const rows = await rowsFor<StoredConditions & { containerId: string }>(client, text, values);
  return new Map(rows.map(({ containerId, ...stored }) => [containerId, stored]));
}

const NO_STATE = ['agent_id', 'device_at', 'received_at', 'clock', 'body', 'temp_chip_min_c'];
const STATE_COLUMNS: readonly Column<ContainerAdvance>[] = [
  ...(FRAME_COLUMNS.filter(([column]) => !NO_STATE.includes(column)) as Column<ContainerAdvance>[]),
  ['offline', 'boolean', 'offline'],
  ['cooling', 'text', 'cooling'],
  ['conditions', 'text', 'conditions'],
  ['on_top_of', 'text', 'onTopOf'],
];
const STATES = unnested(STATE_COLUMNS, 2);

// What people set (maintenance, planned) stays; a severity set by alerts stays until the alerts take it back.
const UPDATE_CONTAINERS = `
  update containers c set
    status = case when c.status in ('maintenance', 'planned') then c.status
      when n.offline then 'offline' when c.status in ('warning', 'critical') then c.status else 'active' end,
    hashrate_th = n.hashrate_ths, hashrate_expected_th = n.hashrate_expected_ths,
    power_consumption_kw = n.power_kw, power_source = n.power_source,
    miners_active = n.miners_active, miners_answering = n.miners_answering, miners_total = n.miners_total,
    temp_supply_c = n.temp_supply_c, temp_return_c = n.temp_return_c,
    temp_chip_max_c = n.temp_chip_max_c, temp_chip_avg_c = n.temp_chip_avg_c,
    flow_m3h = n.flow_m3h, pressure_supply_bar = n.pressure_supply_bar, pressure_return_bar = n.pressure_return_bar,
    conditions = coalesce(n.conditions::jsonb, c.conditions),
    cooling = n.cooling::jsonb, has_cooling = n.cooling_answered is not null,
    interval_s = n.interval_s, state_at = ${timeOf('n.at')}, updated_at = now()
  from ${STATES.from}
  where c.project_id = $1 and c.container_id = n.container_id and (c.state_at is null or c.state_at < ${timeOf('n.at')})
    and (n.on_top_of is null or c.state_at = n.on_top_of::timestamptz)
  returning c.container_id as "containerId"`;

/** Moves containers' latest state forward (each container at most once in `rows`); answers those that moved. */
export async function advanceContainers(
  client: ClientBase,
  projectId: string,
  rows: readonly ContainerAdvance[],
): Promise<Set<string>> {
  const moved = await rowsFor<{ containerId: string }>(client, UPDATE_CONTAINERS, [projectId, ...STATES.values(rows)]);
  return new Set(moved.map((row) => row.containerId));
}
