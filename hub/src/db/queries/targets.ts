import type { ClientBase } from 'pg';
import type { AlertTarget } from '../schema.ts';

const TABLES: Readonly<Record<Exclude<AlertTarget, 'global'>, readonly [table: string, id: string]>> = {
  project: ['projects', 'project_id'],
  agent: ['agents', 'agent_id::text'],
  transformer: ['transformers', 'transformer_id'],
  container: ['containers', 'container_id'],
  miner: ['miners', 'miner_id'],
};

/** Whether a project holds an object that something is to be about. */
export async function targetExists(
  client: ClientBase,
  projectId: string,
  type: Exclude<AlertTarget, 'global'>,
  id: string,
): Promise<boolean> {
  const [table, column] = TABLES[type];
  const { rows } = await client.query(`select from ${table} where project_id = $1 and ${column} = $2`, [projectId, id]);
  return rows.length > 0;
}
