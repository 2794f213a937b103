import type { ClientBase } from 'pg';

export type SiteTarget = 'transformer' | 'container' | 'miner';

/**
 * What an agent may declare maintenance of: a container that it reads, a miner in one, or a transformer whose containers
 * it reads, all of them. Null: it is none of these.
 */
export async function ownTarget(
  client: ClientBase,
  projectId: string,
  agentId: string,
  id: string,
): Promise<SiteTarget | null> {
  const { rows } = await client.query<{ type: SiteTarget }>({
    name: 'agent_own_target',
    text: `select 'container' as type from containers where project_id = $1 and container_id = $3 and agent_id = $2
      union all
      select 'miner' from miners m join containers c on c.project_id = m.project_id and c.container_id = m.container_id
        where m.project_id = $1 and m.miner_id = $3 and c.agent_id = $2
      union all
      select 'transformer' from transformers t where t.project_id = $1 and t.transformer_id = $3
        and exists (select from containers c where c.project_id = $1 and c.transformer_id = $3 and c.agent_id = $2)
        and not exists (select from containers c where c.project_id = $1 and c.transformer_id = $3
          and c.agent_id is distinct from $2)`,
    values: [projectId, agentId, id],
  });
  return rows[0]?.type ?? null;
}

export interface SiteWindow {
  readonly windowId: string;
  readonly targetType: SiteTarget;
  readonly targetId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly reason: string;
  readonly createdBy: string;
}

/** False where there is one of that id already. */
export async function insertSiteWindow(
  client: ClientBase,
  projectId: string,
  window: SiteWindow,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'maintenance_windows_from_site',
    text: `insert into maintenance_windows (project_id, window_id, target_type, target_id, starts_at, ends_at, reason,
        created_by, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict do nothing`,
    values: [
      ...[projectId, window.windowId, window.targetType, window.targetId, window.startsAt, window.endsAt],
      ...[window.reason, window.createdBy, at],
    ],
  });
  return rowCount === 1;
}

/**
 * Ends a window that an agent opened: at `at`, or a millisecond after it began where that is later. Its ends before and
 * now; null where there is none of that id by that agent, or it was over.
 */
export async function endSiteWindow(
  client: ClientBase,
  projectId: string,
  { windowId, by, at }: { windowId: string; by: string; at: Date },
  now: Date,
): Promise<{ before: Date; after: Date } | null> {
  const { rows } = await client.query<{ before: Date; after: Date }>({
    name: 'maintenance_windows_end_by_site',
    text: `with old as (select ends_at from maintenance_windows where project_id = $1 and window_id = $2 for update)
      update maintenance_windows w set ends_at = greatest($4::timestamptz, w.starts_at + interval '1 millisecond'),
        ended_by = $3, updated_at = $5
      from old where w.project_id = $1 and w.window_id = $2 and w.created_by = $3 and w.ends_at > $4::timestamptz
      returning old.ends_at as before, w.ends_at as after`,
    values: [projectId, windowId, by, at, now],
  });
  return rows[0] ?? null;
}

/** When the agent said that a window is over, if that came first; null otherwise. */
export async function endToldBefore(
  client: ClientBase,
  projectId: string,
  agentId: string,
  ref: string,
): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date }>({
    name: 'agent_events_maintenance_off',
    text: `select at from agent_events where project_id = $1 and agent_id = $2 and code = 'maintenance.off'
      and data ->> 'ref' = $3 order by at limit 1`,
    values: [projectId, agentId, ref],
  });
  return rows[0]?.at ?? null;
}

/** What people call an agent; its id where it is gone. */
export async function agentName(client: ClientBase, projectId: string, agentId: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    'select name from agents where project_id = $1 and agent_id = $2',
    [projectId, agentId],
  );
  return rows[0]?.name ?? agentId;
}
