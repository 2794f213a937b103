import type { ClientBase } from 'pg';
import type { StandingConditions } from '../../alerts/conditions.ts';

/** What a source found when it was last asked. */
export interface StandingRow {
  readonly source: string;
  readonly conditions: readonly StandingConditions[];
  readonly updatedAt: Date;
}

export async function listStanding(client: ClientBase, projectId: string): Promise<StandingRow[]> {
  const { rows } = await client.query<StandingRow>(
    'select source, conditions, updated_at as "updatedAt" from standing_conditions where project_id = $1',
    [projectId],
  );
  return rows;
}

export async function storeStanding(
  client: ClientBase,
  projectId: string,
  { source, conditions, updatedAt }: StandingRow,
): Promise<void> {
  await client.query(
    `insert into standing_conditions (project_id, source, conditions, updated_at) values ($1, $2, $3::jsonb, $4)
     on conflict (project_id, source) do update set conditions = excluded.conditions, updated_at = excluded.updated_at`,
    [projectId, source, JSON.stringify(conditions), updatedAt],
  );
}
