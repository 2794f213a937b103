import type { ClientBase } from 'pg';

/** A project as its reports need it. */
export interface ReportedProject {
  readonly projectId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** A container that a report tells of. */
export interface ReportedContainer {
  readonly containerId: string;
  readonly name: string | null;
  readonly transformerId: string | null;
  /** Something is expected of it: it is more than planned. */
  readonly inService: boolean;
  readonly createdAt: Date;
  /** TH/s, as the agent says it; null while it has not. */
  readonly hashrateExpectedThs: number | null;
}

/** A maintenance window on something a container belongs to, or on a miner in it. */
export interface ReportedWindow {
  readonly targetType: 'project' | 'transformer' | 'container' | 'miner';
  readonly targetId: string;
  readonly from: Date;
  readonly to: Date;
  /** Of a miner: its container, and the part of the container that it is. */
  readonly containerId: string | null;
  readonly share: number;
}

/** Null when there is no such project, or none that may be seen. */
export async function reportedProject(client: ClientBase, projectId: string): Promise<ReportedProject | null> {
  const { rows } = await client.query<ReportedProject>(
    'select project_id as "projectId", name, time_zone as "timeZone" from projects where project_id = $1',
    [projectId],
  );
  return rows[0] ?? null;
}

/** The containers of a project, C99 before C100. */
export async function reportedContainers(client: ClientBase, projectId: string): Promise<ReportedContainer[]> {
  const { rows } = await client.query<ReportedContainer>(
    `select container_id as "containerId", name, transformer_id as "transformerId", status <> 'planned' as "inService",
       created_at as "createdAt", hashrate_expected_th as "hashrateExpectedThs"
     from containers where project_id = $1 order by length(container_id), container_id`,
    [projectId],
  );
  return rows;
}

/** Maintenance windows of a project that touch a span of time. */
export async function reportedWindows(
  client: ClientBase,
  projectId: string,
  from: Date,
  to: Date,
): Promise<ReportedWindow[]> {
  const { rows } = await client.query<ReportedWindow>(
    `select w.target_type as "targetType", w.target_id as "targetId", w.starts_at as "from", w.ends_at as "to",
       m.container_id as "containerId",
       case when w.target_type <> 'miner' then 1.0::float8 else coalesce(1.0::float8 / nullif(c.miners_expected, 0), 0) end
         as share
     from maintenance_windows w
     left join miners m on w.target_type = 'miner' and m.project_id = $1 and m.miner_id = w.target_id
     left join containers c on c.project_id = $1 and c.container_id = m.container_id
     where w.project_id = $1 and w.starts_at < $3 and w.ends_at > $2`,
    [projectId, from, to],
  );
  return rows;
}
