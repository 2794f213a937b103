import type { ClientBase } from 'pg';
import type { Topology } from '../../alerts/scope.ts';

/** What the containers of a project stand on. */
export async function readTopology(client: ClientBase, projectId: string): Promise<Topology> {
  const { rows } = await client.query<{ id: string; transformerId: string | null; agentId: string | null }>(
    `select container_id as id, transformer_id as "transformerId", agent_id as "agentId"
     from containers where project_id = $1`,
    [projectId],
  );
  return new Map(rows.map(({ id, ...stands }) => [id, stands]));
}
