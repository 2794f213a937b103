import type { SilenceRow } from '../../db/queries/silences.ts';
import type { Silence } from '../schemas/silences.ts';

export function presentSilence(row: SilenceRow, now: number): Silence {
  return {
    project_id: row.project_id,
    silence_id: row.silence_id,
    target_type: row.target_type,
    target_id: row.target_id,
    rule_id: row.rule_id,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    active: +row.starts_at <= now && now < +row.ends_at,
    reason: row.reason,
    created_by: row.created_by,
    ended_by: row.ended_by,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
