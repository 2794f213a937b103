import type { ClientBase } from 'pg';

/** Codes of the events that tell where a machine came from. Their `subject` is the slot it stands in now. */
export const MOVED = 'miner.moved';
export const SWAPPED = 'miner.swapped';
export const DUPLICATE = 'miner.duplicate';

/** Serial and MAC as the table spells them. */
export interface Machine {
  readonly serial: string | null;
  readonly mac: string | null;
}

/** A slot that is known to hold a machine. */
export interface Holder extends Machine {
  readonly minerId: string;
  readonly containerId: string;
  /** Who reads its container, and whether the miner answered within the last three polls. */
  readonly agentId: string | null;
  readonly isAlive: boolean;
}

/** Three polls of a container, which is how long a miner counts as alive without an answer. */
const threePolls = (container: string): string => `3 * greatest(${container}.interval_s, 1) * interval '1 second'`;

/** The slots of a project, but for some, that hold a machine with one of these serials or MACs. */
export async function holdersOf(
  client: ClientBase,
  projectId: string,
  machines: readonly Machine[],
  except: readonly string[],
  now: Date,
): Promise<Holder[]> {
  const { serials, macs } = told(machines);
  const select = (
    by: string,
  ): string => `select m.miner_id as "minerId", m.container_id as "containerId", m.serial, m.mac,
      c.agent_id as "agentId", coalesce(m.status not in ('offline', 'unknown')
        and m.last_seen_at > $5::timestamptz - ${threePolls('c')}, false) as "isAlive"
    from miners m join containers c on c.project_id = m.project_id and c.container_id = m.container_id
    where m.project_id = $1 and ${by} and not m.miner_id = any ($4::text[])`;
  const { rows } = await client.query<Holder>({
    name: 'miners_holding',
    // A union of two, so that each half goes by its own index.
    text: `${select('m.serial = any ($2::text[])')} union ${select('m.mac = any ($3::text[])')}`,
    values: [projectId, serials, macs, except, now],
  });
  return rows;
}

/** The machine has left these slots: who stands there now is to be learnt. */
export async function vacate(client: ClientBase, projectId: string, minerIds: readonly string[]): Promise<void> {
  await client.query({
    name: 'miners_vacate',
    text: `update miners m set serial = null, mac = null, updated_at = now() from (
        select miner_id from miners where project_id = $1 and miner_id = any ($2::text[]) order by miner_id for update) v
      where m.project_id = $1 and m.miner_id = v.miner_id`,
    values: [projectId, minerIds],
  });
}

/**
 * Another agent's slot holds the machine of `minerId` and answers: readings are credited there from now on, unless and
 * until that one holds another machine or falls silent.
 */
export async function creditElsewhere(
  client: ClientBase,
  projectId: string,
  claims: readonly { readonly minerId: string; readonly at: string }[],
): Promise<void> {
  await client.query({
    name: 'miners_credit_elsewhere',
    // The two never point at each other: then nobody would be credited.
    text: `update miners m set credited_at = c.at, updated_at = now() from (
        select m.miner_id, n.at from miners m left join unnest($2::text[], $3::text[]) n (miner_id, at) using (miner_id)
        where m.project_id = $1 and m.miner_id = any ($2::text[] || $3::text[]) order by m.miner_id for update of m) c
      where m.project_id = $1 and m.miner_id = c.miner_id and m.credited_at is distinct from c.at`,
    values: [projectId, claims.map(({ minerId }) => minerId), claims.map(({ at }) => at)],
  });
}

/** A slot of which no reading counts now, because its machine is credited at another agent's. */
export interface Withheld {
  readonly containerId: string;
  readonly position: number;
}

/**
 * The slots of a project whose machine another agent's slot holds too and is credited with. That one is silent when it
 * did not answer in three polls of its container: where its whole agent is silent its readings are still to come.
 */
export async function withheldSlots(client: ClientBase, projectId: string): Promise<Withheld[]> {
  const { rows } = await client.query<Withheld>({
    name: 'miners_withheld',
    text: `select m.container_id as "containerId", m.position from miners m
        join miners h on h.project_id = m.project_id and h.miner_id = m.credited_at
        join containers c on c.project_id = m.project_id and c.container_id = m.container_id
        join containers hc on hc.project_id = h.project_id and hc.container_id = h.container_id
      where m.project_id = $1 and m.credited_at is not null and hc.agent_id is distinct from c.agent_id
        and (m.serial = h.serial or m.mac = h.mac) and (m.serial <> h.serial or m.mac <> h.mac) is not true
        and h.last_seen_at > hc.state_at - ${threePolls('hc')}`,
    values: [projectId],
  });
  return rows;
}

/** A machine that had to make room for another one that was moved: where it stood, and where that one came from. */
export interface Displaced extends Machine {
  readonly minerId: string;
  readonly newcomerFrom: string;
}

/** Within the last day, the newest first: carrying two machines across a site takes less. */
export async function displacedBy(
  client: ClientBase,
  projectId: string,
  machines: readonly Machine[],
  now: Date,
): Promise<Displaced[]> {
  const { serials, macs } = told(machines);
  const { rows } = await client.query<Displaced>({
    name: 'agent_events_displaced',
    text: `select subject as "minerId", data ->> 'from' as "newcomerFrom", data -> 'was' ->> 'serial' as serial,
        data -> 'was' ->> 'mac' as mac
      from agent_events where project_id = $1 and code = '${MOVED}' and at > $4::timestamptz - interval '1 day'
        and subject is not null and data ->> 'from' is not null
        and (data -> 'was' ->> 'serial' = any ($2::text[]) or data -> 'was' ->> 'mac' = any ($3::text[]))
      order by at desc limit 1000`,
    values: [projectId, serials, macs, now],
  });
  return rows;
}

function told(machines: readonly Machine[]): { serials: string[]; macs: string[] } {
  return {
    serials: machines.flatMap(({ serial }) => serial ?? []),
    macs: machines.flatMap(({ mac }) => mac ?? []),
  };
}
