import type { ClientBase } from 'pg';
import type { MetricScope } from '../schema.ts';

/** Whose rows of `metrics` a series is made of: one project, transformer or container, or several together. */
export interface SeriesMember {
  readonly projectId: string;
  readonly scope: MetricScope;
  /** The id of the project, transformer or container itself. */
  readonly scopeId: string;
  /** Whose days its rows of a day are. */
  readonly timeZone: string;
  /** Members it is expected to have where it has no row: who is silent must not be left out of the coverage. */
  readonly expected: number | null;
  /** Nothing was expected of it before; null where nothing is expected at all. */
  readonly since: Date | null;
  /** Only its rows that were of this transformer count, or of none (null); all of them where nothing is said. */
  readonly transformerId?: string | null;
}

/** A container as a member, and what tells it from others. */
export interface ContainerMember extends SeriesMember {
  readonly transformer: string | null;
  readonly model: string | null;
  /** Of the project's plan. */
  readonly row: string | null;
}

/** The company's members: every visible project but archived ones. Of those that are not active nothing is expected. */
export async function companyMembers(client: ClientBase): Promise<SeriesMember[]> {
  const { rows } = await client.query<SeriesMember>(
    `select p.project_id as "projectId", 'project' as scope, p.project_id as "scopeId", p.time_zone as "timeZone",
       case when p.status = 'active' then p.created_at end as since,
       case when p.status = 'active' then
         (select count(*) from containers c where c.project_id = p.project_id and c.status <> 'planned')::int end as expected
     from projects p where p.status <> 'archived' order by p.project_id`,
  );
  return rows;
}

/** The containers of a project, or of every visible project that is not archived, in the order people count them. */
export async function containerMembers(client: ClientBase, projectId: string | null): Promise<ContainerMember[]> {
  const { rows } = await client.query<ContainerMember>(
    `select c.project_id as "projectId", 'container' as scope, c.container_id as "scopeId", p.time_zone as "timeZone",
       case when c.status <> 'planned' then c.created_at end as since, nullif(c.miners_expected, 0) as expected,
       c.transformer_id as transformer, c.model,
       case when jsonb_typeof(c.metadata #> '{plan,y}') = 'number' then c.metadata #>> '{plan,y}' end as row
     from projects p join containers c on c.project_id = p.project_id
     where case when $1::text is null then p.status <> 'archived' else p.project_id = $1 end
     order by c.project_id, length(c.container_id), c.container_id`,
    [projectId],
  );
  return rows;
}

/** A project's transformers in the order people count them. */
export async function transformerMembers(client: ClientBase, projectId: string): Promise<SeriesMember[]> {
  const { rows } = await client.query<SeriesMember>(
    `select t.project_id as "projectId", 'transformer' as scope, t.transformer_id as "scopeId", p.time_zone as "timeZone",
       null::timestamptz as since, null::int as expected
     from projects p join transformers t on t.project_id = p.project_id
     where p.project_id = $1 order by length(t.transformer_id), t.transformer_id`,
    [projectId],
  );
  return rows;
}

/** The projects that have a container or transformer of that id, with their time zones: those that may be seen. */
export async function placesOf(
  client: ClientBase,
  scope: 'container' | 'transformer',
  id: string,
  projectId: string | null,
): Promise<{ project_id: string; timeZone: string }[]> {
  const { rows } = await client.query<{ project_id: string; timeZone: string }>(
    `select p.project_id, p.time_zone as "timeZone" from ${scope}s m join projects p on p.project_id = m.project_id
     where m.${scope}_id = $1 and ($2::text is null or m.project_id = $2) order by 1`,
    [id, projectId],
  );
  return rows;
}

/** The time zone whose days a project's are; null when there is no such project, or none that may be seen. */
export async function timeZoneOf(client: ClientBase, projectId: string): Promise<string | null> {
  const { rows } = await client.query<{ time_zone: string }>('select time_zone from projects where project_id = $1', [
    projectId,
  ]);
  return rows[0]?.time_zone ?? null;
}
