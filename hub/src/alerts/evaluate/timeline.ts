import type { ClientBase } from 'pg';
import { insertAlertEvents } from '../../db/queries/alert-events.ts';

/** What an evaluation says in an alert's timeline. */
export interface Entry {
  readonly alert_id: number;
  readonly kind: string;
  readonly data: Record<string, unknown>;
}

/** Adds to alerts' timelines, in the order given. The alerts are locked by then, or new. */
export async function addToTimelines(
  client: ClientBase,
  projectId: string,
  entries: readonly Entry[],
  at: Date,
): Promise<void> {
  const rest = { project_id: projectId, at, actor: 'system', note: null };
  await insertAlertEvents(
    client,
    entries.map((entry) => ({ ...entry, ...rest })),
  );
}
