import type { ClientBase } from 'pg';
import type { notification_threads } from '../schema.ts';

/** What a channel is told now of an alert; `told_at` in ms since 1970. */
export type ToldNow = Omit<typeof notification_threads.$inferInsert, 'project_id' | 'told_at'> & {
  readonly told_at: number;
};

/** Keeps what channels are told, in the place of what they were told before. */
export async function upsertThreads(client: ClientBase, projectId: string, threads: readonly ToldNow[]): Promise<void> {
  await client.query(
    `insert into notification_threads (project_id, channel_id, alert_id, told_status, told_severity, told_at,
                                       first_delivery_id, repeats)
     select $1, t.channel_id, t.alert_id, t.told_status, t.told_severity, to_timestamp(t.told_at / 1000),
            t.first_delivery_id, t.repeats
       from jsonb_to_recordset($2) as t (channel_id uuid, alert_id bigint, told_status text, told_severity text,
                                         told_at double precision, first_delivery_id uuid, repeats integer)
     on conflict (project_id, channel_id, alert_id) do update set told_status = excluded.told_status,
       told_severity = excluded.told_severity, told_at = excluded.told_at, repeats = excluded.repeats`,
    [projectId, JSON.stringify(threads)],
  );
}
