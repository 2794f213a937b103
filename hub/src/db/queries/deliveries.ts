import type { ClientBase } from 'pg';
import type { ChannelKind, deliveries } from '../schema.ts';

type DeliveryRow = typeof deliveries.$inferSelect;

/** A message to one recipient, to be sent from a time on (ms since 1970). */
export interface DueDelivery {
  readonly delivery_id: string;
  readonly channel_project_id: string;
  readonly channel_id: string;
  readonly recipient: string;
  readonly alert_id: number | null;
  readonly kind: DeliveryRow['kind'];
  readonly next_attempt_at: number;
  readonly payload: unknown;
}

/** Adds deliveries to be sent. */
export async function insertDeliveries(
  client: ClientBase,
  projectId: string,
  rows: readonly DueDelivery[],
  at: Date,
): Promise<void> {
  await client.query(
    `insert into deliveries (project_id, delivery_id, channel_project_id, channel_id, recipient, alert_id, kind,
                             next_attempt_at, payload, created_at)
     select $1, d.delivery_id, d.channel_project_id, d.channel_id, d.recipient, d.alert_id, d.kind,
            to_timestamp(d.next_attempt_at / 1000), d.payload, $3
       from jsonb_to_recordset($2) as d (delivery_id uuid, channel_project_id text, channel_id uuid, recipient text,
                                         alert_id bigint, kind text, next_attempt_at double precision, payload jsonb)`,
    [projectId, JSON.stringify(rows), at],
  );
}

/** A delivery that is to be sent now, with its channel and with what came back for the message that began its thread. */
export interface ClaimedDelivery
  extends Pick<
    DeliveryRow,
    'project_id' | 'delivery_id' | 'channel_id' | 'recipient' | 'kind' | 'attempts' | 'payload' | 'created_at'
  > {
  /** It was begun before and not seen to fail: the receiver may have it. */
  readonly may_have_arrived: boolean;
  /** Null: there is no such channel any more. */
  readonly channel_kind: ChannelKind | null;
  readonly enabled: boolean | null;
  readonly config: Record<string, unknown>;
  readonly secret: Buffer | null;
  readonly language: 'en' | 'fr';
  readonly thread_receipt: Record<string, unknown> | null;
}

/**
 * Takes deliveries that are due, those first that were never tried, so that nothing new waits behind a dead receiver: noted as begun, and not due again before `again`, by when whoever
 * took them is done or dead. Of one thread at one recipient the oldest goes first and the others wait for it.
 */
export async function claimDueDeliveries(
  client: ClientBase,
  { now, again, limit }: { now: Date; again: Date; limit: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await client.query<ClaimedDelivery>(
    `with due as (
       select d.project_id, d.delivery_id, d.begun_at from deliveries d
        where d.status = 'pending' and d.next_attempt_at <= $1
          and not exists (
            select from deliveries o
             where o.project_id = d.project_id and o.channel_id = d.channel_id and o.status = 'pending'
               and o.recipient = d.recipient and o.payload->>'thread' = d.payload->>'thread'
               and (o.created_at, o.delivery_id) < (d.created_at, d.delivery_id))
        order by d.attempts, d.next_attempt_at limit $3 for update of d skip locked
     ), taken as (
       update deliveries d set begun_at = $1, attempts = d.attempts + 1, next_attempt_at = $2
         from due where d.project_id = due.project_id and d.delivery_id = due.delivery_id
       returning d.*, due.begun_at is not null as may_have_arrived
     )
     select t.project_id, t.delivery_id, t.channel_id, t.recipient, t.kind, t.attempts, t.payload, t.created_at,
            t.may_have_arrived, c.kind as channel_kind, c.enabled, c.config, c.secret,
            coalesce(c.language, 'en') as language, r.payload->'receipt' as thread_receipt
       from taken t
       left join notification_channels c on c.project_id = t.channel_project_id and c.channel_id = t.channel_id
       left join deliveries r on r.project_id = t.project_id and r.delivery_id = (t.payload->>'thread')::uuid
      order by t.created_at`,
    [now, again, limit],
  );
  return rows;
}

type DeliveryKey = Pick<DeliveryRow, 'project_id' | 'delivery_id'>;

/** Notes that the receiver has it, and what it answered where that is needed later. */
export async function markDelivered(
  client: ClientBase,
  { project_id, delivery_id }: DeliveryKey,
  at: Date,
  receipt: Readonly<Record<string, unknown>> | null,
): Promise<void> {
  await client.query(
    `update deliveries set status = 'delivered', delivered_at = $3, next_attempt_at = null, last_error = null,
            payload = case when $4::jsonb is null then payload else payload || jsonb_build_object('receipt', $4::jsonb) end
      where project_id = $1 and delivery_id = $2`,
    [project_id, delivery_id, at, receipt === null ? null : JSON.stringify(receipt)],
  );
}

/** What became of an attempt that failed. */
export interface FailedAttempt {
  readonly error: string;
  /** Null: it is given up. */
  readonly next: Date | null;
  /** The receiver may have it all the same, of this attempt or of one before. */
  readonly mayHaveArrived: boolean;
}

/** Notes that the receiver has not confirmed it. */
export async function markFailedAttempt(
  client: ClientBase,
  { project_id, delivery_id }: DeliveryKey,
  { error, next, mayHaveArrived }: FailedAttempt,
): Promise<void> {
  await client.query(
    `update deliveries set status = case when $3::timestamptz is null then 'failed' else 'pending' end,
            next_attempt_at = $3, last_error = $4, begun_at = case when $5 then begun_at end
      where project_id = $1 and delivery_id = $2 and status = 'pending'`,
    [project_id, delivery_id, next, error, mayHaveArrived],
  );
}

/** When the next delivery will be due that is not yet; null: none. */
export async function nextDeliveryAt(client: ClientBase, now: Date): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date | null }>(
    "select min(next_attempt_at) as at from deliveries where status = 'pending' and next_attempt_at > $1",
    [now],
  );
  return rows[0]?.at ?? null;
}
