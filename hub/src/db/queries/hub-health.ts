import type { ClientBase } from 'pg';

/** What waits or was set aside in all the projects that the context shows. */
export interface HubBacklog {
  /** Frames whose buckets of history are still to be computed. */
  readonly marks: number;
  /** Messages that should have gone out a quarter of an hour ago. */
  readonly overdue: number;
  /** Messages given up, of those written since the given moment. */
  readonly failed: number;
  /** Batches in quarantine. */
  readonly quarantined: number;
  /** Agents of which two programs were seen. */
  readonly clones: number;
}

export async function hubBacklog(client: ClientBase, now: Date, failedSince: Date): Promise<HubBacklog> {
  const { rows } = await client.query<HubBacklog>(
    `select (select count(*) from rollup_marks) as marks,
            (select count(*) from deliveries
              where status = 'pending' and coalesce(next_attempt_at, created_at) < $1::timestamptz - interval '15 minutes') as overdue,
            (select count(*) from deliveries
              where status = 'failed' and created_at > $2) as failed,
            (select count(*) from quarantine where released_at is null) as quarantined,
            (select count(*) from agents where status = 'quarantined') as clones`,
    [now, failedSince],
  );
  return rows[0] ?? { marks: 0, overdue: 0, failed: 0, quarantined: 0, clones: 0 };
}
