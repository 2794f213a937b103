import type { ActivityRow } from '../../db/queries/activity.ts';
import type { ActivityEntry } from '../schemas/activity.ts';
import { Metadata } from '../schemas.ts';

export function presentActivity(row: ActivityRow): ActivityEntry {
  return {
    project_id: row.project_id,
    seq: row.seq,
    at: row.at.toISOString(),
    actor_kind: row.actor_kind,
    actor_id: row.actor_id,
    actor_name: row.actor_name,
    action: row.action,
    target_type: row.target_type,
    target_id: row.target_id,
    address: row.address,
    request_id: row.request_id,
    before: row.before === null ? null : Metadata.parse(row.before),
    after: row.after === null ? null : Metadata.parse(row.after),
    hash: row.hash.toString('hex'),
  };
}
