import type { ClientBase } from 'pg';

/** A maintenance plan as far as it says when something is due. Dates are of the project's time zone. */
export interface PlanDue {
  readonly planId: string;
  readonly targetType: 'transformer' | 'container' | 'miner';
  readonly targetId: string;
  readonly everyRunningHours: number | null;
  /** As last counted since it was done; null: not counted yet. */
  readonly runningHours: number | null;
  /** `YYYY-MM-DD` */
  readonly dueOn: string | null;
  readonly everyDays: number | null;
  /** The days on which it was last done and on which the plan was made. */
  readonly doneOn: string | null;
  readonly madeOn: string;
  readonly today: string;
  /** When its hours were last counted; null: never. */
  readonly countedAt: Date | null;
  readonly lastDoneAt: Date | null;
}

export async function plansDue(client: ClientBase, projectId: string, now: Date): Promise<PlanDue[]> {
  const { rows } = await client.query<PlanDue>(
    `select m.plan_id as "planId", m.target_type as "targetType", m.target_id as "targetId",
       m.every_running_hours as "everyRunningHours",
       case when m.running_counted_at >= coalesce(m.last_done_at, m.created_at) then m.running_hours end as "runningHours",
       m.due_on::text as "dueOn", m.every_days as "everyDays",
       (m.last_done_at at time zone p.time_zone)::date::text as "doneOn",
       (m.created_at at time zone p.time_zone)::date::text as "madeOn",
       ($2::timestamptz at time zone p.time_zone)::date::text as today,
       m.running_counted_at as "countedAt", m.last_done_at as "lastDoneAt"
     from maintenance_plans m join projects p on p.project_id = m.project_id
     where m.project_id = $1 order by m.target_type, m.target_id, m.plan_id`,
    [projectId, now],
  );
  return rows;
}

/**
 * Counts the hours again, since each plan was last done (or made), of plans that go by them and were not counted after
 * `before`. An hour counts by the share of the container's miners that hashed in it; a transformer ran while it carried
 * load; a miner as its container. A target that no hour tells of stays uncounted.
 */
export async function countRunningHours(client: ClientBase, projectId: string, before: Date, now: Date): Promise<void> {
  await client.query(
    `update maintenance_plans m set running_hours = counted.hours, running_counted_at = $3
     from (
       select m.plan_id, sum(case when h.scope = 'transformer' then (h.power_kw_sum > 0)::int
           else h.miner_active_s / nullif(h.miner_known_s, 0) * least(h.covered_s, 3600) / 3600 end) as hours
         from maintenance_plans m
         join metrics h on h.project_id = $1 and h.resolution_s = 3600
          and h.scope = case m.target_type when 'transformer' then 'transformer' else 'container' end
          and h.scope_id = case m.target_type when 'miner' then
            (select container_id from miners where project_id = $1 and miner_id = m.target_id) else m.target_id end
          and h.timestamp >= coalesce(m.last_done_at, m.created_at) and h.timestamp < $3
        where m.project_id = $1 and m.every_running_hours is not null
          and coalesce(m.running_counted_at <= greatest($2, m.last_done_at), true)
        group by m.plan_id) counted
     where m.project_id = $1 and m.plan_id = counted.plan_id and counted.hours is not null`,
    [projectId, before, now],
  );
}
