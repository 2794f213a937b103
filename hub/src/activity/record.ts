import type { ClientBase } from 'pg';
import { insertActivity, lastActivity, lockActivity } from '../db/queries/activity.ts';
import type { ActorKind } from '../db/schema.ts';
import { announceChange } from '../live/notice.ts';
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
 * Writes a change into its project's activity log, in the transaction that makes the change: both stand or neither.
 * Changes of one project wait for each other from here to the end of the transaction, so call it late. Live streams hear
 * of it with the commit.
 */
export async function recordActivity(client: ClientBase, actor: Actor, activity: Activity, at: Date): Promise<void> {
  await lockActivity(client, activity.project);
  const last = await lastActivity(client, activity.project);
  const entry: ActivityEntry = {
    project_id: activity.project,
    seq: (last?.seq ?? 0) + 1,
    at,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    action: activity.action,
    target_type: activity.target.type,
    target_id: activity.target.id,
    address: actor.address,
    request_id: actor.requestId,
    before: plain(activity.before),
    after: plain(activity.after),
  };
  const previous = last?.hash ?? FIRST_HASH;
  await insertActivity(client, { ...entry, previous_hash: previous, hash: entryHash(previous, entry) });
  const { project_id, action, target_type, target_id } = entry;
  await announceChange(client, { project_id, action, target_type, target_id, at: +at });
}

/** As JSON keeps it: dates as text, nothing undefined. */
function plain(state: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  return state == null ? null : (JSON.parse(JSON.stringify(state)) as Record<string, unknown>);
}
