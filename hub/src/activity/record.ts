import type { ClientBase } from 'pg';
import { insertActivities, lastActivity, lockActivity } from '../db/queries/activity.ts';
import type { ActorKind } from '../db/schema.ts';
import { announceChanges } from '../live/notice.ts';
import { type ActivityEntry, entryHash, FIRST_HASH } from './chain.ts';

/** Who acts, and from where. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly requestId: string | null;
}

/** One change, as whoever makes it describes it. */
export interface Activity {
  /** Where it is filed: the project it concerns, `HEARST-000` for people and what belongs to none. */
  readonly project: string;
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly before?: Record<string, unknown> | null;
  readonly after?: Record<string, unknown> | null;
}

/**
 * Writes changes into the activity logs of their projects, in the transaction that makes them: all stand or none. Changes
 * of one project wait for each other from here to the end of the transaction, so call it late, and once. Live streams
 * hear of them with the commit.
 */
export async function recordActivities(
  client: ClientBase,
  actor: Actor,
  activities: readonly Activity[],
  at: Date,
): Promise<void> {
  const byProject = Map.groupBy(activities, ({ project }) => project);
  // In one order, lest two that concern the same projects wait for each other.
  for (const project of [...byProject.keys()].sort())
    await recordInProject(client, actor, project, byProject.get(project) ?? [], at);
}

/** The same of a single change. */
export function recordActivity(client: ClientBase, actor: Actor, activity: Activity, at: Date): Promise<void> {
  return recordActivities(client, actor, [activity], at);
}

async function recordInProject(
  client: ClientBase,
  actor: Actor,
  project: string,
  activities: readonly Activity[],
  at: Date,
): Promise<void> {
  await lockActivity(client, project);
  const last = await lastActivity(client, project);
  let previous_hash = last?.hash ?? FIRST_HASH;
  const rows = activities.map((activity, i) => {
    const entry = entryOf(actor, activity, (last?.seq ?? 0) + i + 1, at);
    const row = { ...entry, previous_hash, hash: entryHash(previous_hash, entry) };
    previous_hash = row.hash;
    return row;
  });
  await insertActivities(client, rows);
  await announceChanges(
    client,
    rows.map(({ project_id, action, target_type, target_id }) => ({
      project_id,
      action,
      target_type,
      target_id,
      at: +at,
    })),
  );
}

function entryOf(
  actor: Actor,
  { project, action, target, before, after }: Activity,
  seq: number,
  at: Date,
): ActivityEntry {
  return {
    project_id: project,
    seq,
    at,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    action,
    target_type: target.type,
    target_id: target.id,
    address: actor.address,
    request_id: actor.requestId,
    before: plain(before),
    after: plain(after),
  };
}

/** As JSON keeps it: dates as text, nothing undefined. */
function plain(state: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  return state == null ? null : (JSON.parse(JSON.stringify(state)) as Record<string, unknown>);
}
