import type { Layout } from '@hearst/protocol';
import { and, eq, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { type ContainerStatus, containers } from '../schema.ts';
import type { ContainerRow } from './containers.ts';

/** What people say of a container; the rest is the agent's and the hub's. */
export interface ContainerFields {
  readonly name?: string | null;
  readonly transformer_id?: string | null;
  readonly layout?: Layout | null;
  readonly status?: ContainerStatus;
  readonly metadata?: Record<string, unknown>;
}

/** A container to be made, complete. */
export interface NewContainerRow extends Required<ContainerFields> {
  readonly container_id: string;
  readonly miners_expected: number;
}

/** The row, locked until the transaction ends. */
export async function lockContainer(
  client: ClientBase,
  projectId: string,
  containerId: string,
): Promise<ContainerRow | null> {
  const [row] = await on(client).select().from(containers).where(oneOf(projectId, containerId)).for('update');
  return row ?? null;
}

export async function updateContainer(
  client: ClientBase,
  projectId: string,
  containerId: string,
  fields: ContainerFields,
  at: Date,
): Promise<void> {
  await on(client)
    .update(containers)
    .set({ ...fields, version: sql`${containers.version} + 1`, updated_at: at })
    .where(oneOf(projectId, containerId));
}

/** Which of these transformers the project has. */
export function transformersAmong(
  client: ClientBase,
  projectId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return idsOf(
    client,
    'select transformer_id as id from transformers where project_id = $1 and transformer_id = any ($2::text[])',
    [projectId, ids],
  );
}

/** Which of these containers the project has. */
export function containersAmong(
  client: ClientBase,
  projectId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return idsOf(
    client,
    'select container_id as id from containers where project_id = $1 and container_id = any ($2::text[])',
    [projectId, ids],
  );
}

async function idsOf(client: ClientBase, text: string, values: unknown[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(text, values);
  return new Set(rows.map((row) => row.id));
}

/** Adds containers to a project, all in one statement; answers which: those whose id is taken are left out. */
export function insertContainers(
  client: ClientBase,
  projectId: string,
  rows: readonly NewContainerRow[],
  at: Date,
): Promise<ReadonlySet<string>> {
  const json = (value: object | null) => (value === null ? null : JSON.stringify(value));
  return idsOf(
    client,
    `insert into containers (project_id, container_id, name, transformer_id, layout, status, metadata, miners_expected,
                             created_at, updated_at)
     select $1, n.id, n.name, n.transformer, n.layout::jsonb, n.status, n.metadata::jsonb, n.miners, $9, $9
       from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])
         n (id, name, transformer, layout, status, metadata, miners)
     on conflict (project_id, container_id) do nothing
     returning container_id as id`,
    [
      projectId,
      rows.map((row) => row.container_id),
      rows.map((row) => row.name),
      rows.map((row) => row.transformer_id),
      rows.map((row) => json(row.layout)),
      rows.map((row) => row.status),
      rows.map((row) => json(row.metadata)),
      rows.map((row) => row.miners_expected),
      at,
    ],
  );
}

function oneOf(projectId: string, containerId: string) {
  return and(eq(containers.project_id, projectId), eq(containers.container_id, containerId));
}
