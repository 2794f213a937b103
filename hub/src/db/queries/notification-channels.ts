import { and, eq, getTableColumns, type SQL } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { type ChannelKind, notification_channels as channels } from '../schema.ts';
import { ANY_TIME, byKey, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

export type ChannelRow = typeof channels.$inferSelect;

/** Which channels are wanted; what is absent does not matter. */
export interface ChannelFilter {
  readonly projectId?: string | undefined;
  readonly kind?: ChannelKind | undefined;
  /** Part of the name. */
  readonly text?: string | undefined;
}

/** What channels may be sorted by. */
export const CHANNEL_ORDER = {
  fields: {
    name: [byText(channels.name)],
    kind: [byText(channels.kind)],
    created_at: [byTime(channels.created_at)],
  },
  ties: [byKey(channels.channel_id)],
  standard: 'name',
} as const satisfies Order<string>;
export type ChannelSort = keyof typeof CHANNEL_ORDER.fields;

/** The visible channels of a filter, with their places in the list. */
export async function listChannels(client: ClientBase, filter: ChannelFilter, page: SortedPage<ChannelSort>) {
  const { place, rest, orderBy } = inOrder(CHANNEL_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...getTableColumns(channels), place })
    .from(channels)
    .where(and(wanted(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countChannels(client: ClientBase, filter: ChannelFilter): Promise<number> {
  return on(client).$count(channels, wanted(filter));
}

/** One channel; null when there is none of that id, or none that may be seen. */
export async function findChannel(client: ClientBase, channelId: string): Promise<ChannelRow | null> {
  const [row] = await on(client).select().from(channels).where(eq(channels.channel_id, channelId));
  return row ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockChannel(client: ClientBase, channelId: string): Promise<ChannelRow | null> {
  const [row] = await on(client).select().from(channels).where(eq(channels.channel_id, channelId)).for('update');
  return row ?? null;
}

export async function insertChannel(client: ClientBase, row: typeof channels.$inferInsert): Promise<ChannelRow> {
  const [made] = await on(client).insert(channels).values(row).returning();
  return made!;
}

/** Sets the fields given; the row as it stands then. */
export async function updateChannel(
  client: ClientBase,
  { project_id, channel_id, version }: ChannelRow,
  fields: Partial<typeof channels.$inferInsert>,
  at: Date,
): Promise<ChannelRow> {
  const [row] = await on(client)
    .update(channels)
    .set({ ...fields, version: version + 1, updated_at: at })
    .where(and(eq(channels.project_id, project_id), eq(channels.channel_id, channel_id)))
    .returning();
  return row!;
}

export async function deleteChannel(client: ClientBase, { project_id, channel_id }: ChannelRow): Promise<void> {
  await on(client)
    .delete(channels)
    .where(and(eq(channels.project_id, project_id), eq(channels.channel_id, channel_id)));
}

function wanted({ projectId, kind, text }: ChannelFilter): SQL | undefined {
  return and(
    projectId === undefined ? undefined : eq(channels.project_id, projectId),
    kind === undefined ? undefined : eq(channels.kind, kind),
    anyHolds(text, channels.name),
  );
}
