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

/** Puts what some sources found in the place of what they found before. */
export async function storeStanding(
  client: ClientBase,
  projectId: string,
  rows: readonly StandingRow[],
): Promise<void> {
  await client.query(
    `insert into standing_conditions (project_id, source, conditions, updated_at)
     select $1, n.source, n.conditions, n.at from unnest($2::text[], $3::jsonb[], $4::timestamptz[]) n (source, conditions, at)
     on conflict (project_id, source) do update set conditions = excluded.conditions, updated_at = excluded.updated_at`,
    [
      projectId,
      rows.map(({ source }) => source),
      rows.map(({ conditions }) => JSON.stringify(conditions)),
      rows.map(({ updatedAt }) => updatedAt),
    ],
  );
}
