import { and, eq, getTableColumns, inArray, type SQL } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { DELIVERY_STATUSES, deliveries } from '../schema.ts';
import { ANY_TIME, byKey, byRank, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';

/** A delivery as people see it: what it says is what its alert says. */
export type DeliveryRow = Omit<typeof deliveries.$inferSelect, 'payload'>;

/** Which deliveries are wanted; what is absent does not matter. */
export interface DeliveryFilter {
  readonly projectId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly statuses?: readonly DeliveryRow['status'][] | undefined;
  readonly alertId?: number | undefined;
}

/** What deliveries may be sorted by; the newest come first unless asked otherwise. */
export const DELIVERY_ORDER = {
  fields: {
    created_at: [byTime(deliveries.created_at)],
    status: [byRank(DELIVERY_STATUSES, deliveries.status)],
  },
  ties: [byKey(deliveries.delivery_id)],
  standard: '-created_at',
} as const satisfies Order<string>;
export type DeliverySort = keyof typeof DELIVERY_ORDER.fields;

const { payload: _payload, ...SHOWN } = getTableColumns(deliveries);

/** The visible deliveries of a filter, with their places in the list. */
export async function listDeliveries(client: ClientBase, filter: DeliveryFilter, page: SortedPage<DeliverySort>) {
  const { place, rest, orderBy } = inOrder(DELIVERY_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...SHOWN, place })
    .from(deliveries)
    .where(and(wanted(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countDeliveries(client: ClientBase, filter: DeliveryFilter): Promise<number> {
  return on(client).$count(deliveries, wanted(filter));
}

/** Those of these deliveries that may be seen. */
export function findDeliveries(client: ClientBase, ids: readonly string[]): Promise<DeliveryRow[]> {
  return on(client)
    .select(SHOWN)
    .from(deliveries)
    .where(inArray(deliveries.delivery_id, [...ids]))
    .orderBy(deliveries.recipient);
}

/** One delivery, locked until the transaction ends; null when there is none of that id, or none that may be seen. */
export async function lockDelivery(client: ClientBase, deliveryId: string): Promise<DeliveryRow | null> {
  const [row] = await on(client)
    .select(SHOWN)
    .from(deliveries)
    .where(eq(deliveries.delivery_id, deliveryId))
    .for('update');
  return row ?? null;
}

/** Makes a delivery due now. It stays what it is: a repeat carries the same identity. */
export async function setDue(
  client: ClientBase,
  { project_id, delivery_id }: DeliveryRow,
  at: Date,
): Promise<DeliveryRow> {
  const [row] = await on(client)
    .update(deliveries)
    .set({ status: 'pending', next_attempt_at: at })
    .where(and(eq(deliveries.project_id, project_id), eq(deliveries.delivery_id, delivery_id)))
    .returning(SHOWN);
  return row!;
}

function wanted({ projectId, channelId, statuses, alertId }: DeliveryFilter): SQL | undefined {
  return and(
    projectId === undefined ? undefined : eq(deliveries.project_id, projectId),
    channelId === undefined ? undefined : eq(deliveries.channel_id, channelId),
    statuses === undefined ? undefined : inArray(deliveries.status, [...statuses]),
    alertId === undefined ? undefined : eq(deliveries.alert_id, alertId),
  );
}
