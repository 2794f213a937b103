import type { ClientBase } from 'pg';
import { type Place, Topology } from '../../alerts/topology.ts';

/** What the containers of a project stand on. */
export async function readTopology(client: ClientBase, projectId: string): Promise<Topology> {
  const { rows } = await client.query<Place>(
    `select container_id as "containerId", transformer_id as "transformerId", agent_id as "agentId"
     from containers where project_id = $1`,
    [projectId],
  );
  return new Topology(projectId, rows);
}
