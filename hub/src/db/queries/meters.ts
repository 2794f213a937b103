import { and, asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { meters } from '../schema.ts';
import { hasBeenSilent } from './silence.ts';
import { byId, byNumber, byRank, byText, byTime, inOrder, type Order, type SortedPage, WORST_FIRST } from './sorted.ts';
import { anyHolds } from './text.ts';

/** A meter and what it read last. */
export type MeterRow = typeof meters.$inferSelect;

/** The status as of now; `presentMeter` says the same of a row. */
function statusAt(now: Date): SQL {
  const silent = hasBeenSilent(meters.state_at, meters.interval_s, now);
  return sql`case when ${silent} then 'offline' else ${meters.status} end`;
}

/** What was read last of a metric. */
const read = (metric: string): SQL => sql`(${meters.values} ->> ${metric}::text)::double precision`;

const ID = byId(meters.meter_id);

/** What meters may be sorted by; a status from the worst on. */
export const METER_ORDER = {
  fields: {
    meter_id: ID,
    transformer_id: byId(meters.transformer_id),
    profile: [byText(meters.profile)],
    address: [byText(meters.address)],
    status: [byRank(WORST_FIRST, statusAt)],
    observed_at: [byTime(meters.state_at)],
    last_seen_at: [byTime(meters.last_seen_at)],
    active_power_kw: [byNumber(read('active_power_kw'))],
    energy_import_kwh: [byNumber(read('energy_import_kwh'))],
  },
  ties: ID,
  standard: 'meter_id',
} as const satisfies Order<string>;
export type MeterSort = keyof typeof METER_ORDER.fields;

/** Of a project the meters whose id, transformer, profile or address holds a text (null: all), with their places. */
export async function listMeters(
  client: ClientBase,
  projectId: string,
  text: string | null,
  page: SortedPage<MeterSort>,
  now: Date,
) {
  const { place, rest, orderBy } = inOrder(METER_ORDER, page, now);
  const list = on(client)
    .select({ ...getTableColumns(meters), place })
    .from(meters)
    .where(and(meant(projectId, text), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countMeters(client: ClientBase, projectId: string, text: string | null): Promise<number> {
  return on(client).$count(meters, meant(projectId, text));
}

function meant(projectId: string, text: string | null): SQL | undefined {
  const { meter_id, transformer_id, profile, address } = meters;
  return and(eq(meters.project_id, projectId), anyHolds(text, meter_id, transformer_id, profile, address));
}

/** The visible meters of that id: none, one, or one in each of several projects. */
export async function findMeters(client: ClientBase, meterId: string, projectId: string | null): Promise<MeterRow[]> {
  const inProject = projectId === null ? undefined : eq(meters.project_id, projectId);
  return on(client)
    .select()
    .from(meters)
    .where(and(eq(meters.meter_id, meterId), inProject))
    .orderBy(asc(meters.project_id));
}
