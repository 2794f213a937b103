import type { Layout, MinerStatus } from '@hearst/protocol';
import { and, asc, eq, getTableColumns, gte, inArray, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import type { MinerTerms } from '../../search/terms.ts';
import { on, rowsOf } from '../builder.ts';
import { miners } from '../schema.ts';
import { resembles } from './miner-terms.ts';
import {
  ANY_TIME,
  byId,
  byNumber,
  byRank,
  byTime,
  inOrder,
  type Order,
  type SortedPage,
  type SortValue,
} from './sorted.ts';

// The ends of serial and MAC are there to be searched by.
const { serial_end, mac_end, ...COLUMNS } = getTableColumns(miners);

/** A slot of a container and the hardware in it, with its latest state. */
export type MinerRow = Omit<typeof miners.$inferSelect, 'serial_end' | 'mac_end'>;

/** What of a container says how current its miners are, and how their positions are written. */
export interface MinersContainer {
  readonly interval_s: number | null;
  readonly layout: Layout | null;
}

/** Which miners are meant; what is null leaves none out. */
export interface MinerFilter {
  readonly projectId: string | null;
  readonly containerId: string | null;
  readonly statuses: readonly MinerStatus[] | null;
  /** The id, the address or its beginning, the beginning or the end of serial or MAC. */
  readonly terms: MinerTerms | null;
}

const MINERS_WORST_FIRST: MinerStatus[] = ['offline', 'unknown', 'degraded', 'idle', 'sleeping', 'hashing'];
const ID = byId(miners.miner_id);

/** What the miners of one container may be sorted by (of a million, only by their key); a status from the worst on. */
export const MINER_ORDER = {
  fields: {
    position: ID,
    status: [byRank(MINERS_WORST_FIRST, miners.status)],
    last_seen_at: [byTime(miners.last_seen_at)],
    hashrate_th: [byNumber(miners.hashrate_th)],
    power_w: [byNumber(miners.power_w)],
    temp_chip_c: [byNumber(miners.temp_chip_c)],
  },
  ties: ID,
  standard: 'position',
} as const satisfies Order<string>;
export type MinerSort = keyof typeof MINER_ORDER.fields;

/** A container's miners, with their places in the list. */
export async function listMinersOf(
  client: ClientBase,
  filter: MinerFilter & { readonly projectId: string; readonly containerId: string },
  page: SortedPage<MinerSort>,
): Promise<(MinerRow & { readonly place: SortValue[] })[]> {
  const { place, rest, orderBy } = inOrder(MINER_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...COLUMNS, place: place.as('place') })
    .from(miners)
    .where(and(meant(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return rowsOf(client, page.limit === null ? list : list.limit(page.limit));
}

/** The place where a page of miners ended: project and id. */
export type MinerPlace = readonly [projectId: string, minerId: string];

/** Visible miners of any projects, by project and id: in the order of the key, so a page of a million costs its rows. */
export async function listMiners(
  client: ClientBase,
  filter: MinerFilter,
  page: { readonly limit: number; readonly after: MinerPlace | null },
): Promise<(MinerRow & MinersContainer)[]> {
  return on(client)
    .select({ ...COLUMNS, ...ITS_CONTAINER })
    .from(miners)
    .where(and(meant(filter), beyond(page.after)))
    .orderBy(asc(miners.project_id), asc(miners.miner_id))
    .limit(page.limit);
}

/** The visible miners of that id: none, one, or one in each of several projects. */
export async function findMiners(
  client: ClientBase,
  minerId: string,
  projectId: string | null,
): Promise<(MinerRow & MinersContainer)[]> {
  return on(client)
    .select({ ...COLUMNS, ...ITS_CONTAINER })
    .from(miners)
    .where(and(eq(miners.miner_id, minerId), projectId === null ? undefined : eq(miners.project_id, projectId)))
    .orderBy(asc(miners.project_id));
}

/** How many miners the filter means. Every one is looked at: for a project or a container, not for a company. */
export function countMiners(client: ClientBase, filter: MinerFilter): Promise<number> {
  return on(client).$count(miners, meant(filter));
}

const ofItsContainer = (column: SQL) =>
  // In full: the builder leaves the table out of names in a select list, where they would be the container's.
  sql`(select ${column} from containers c where c.project_id = miners.project_id and c.container_id = miners.container_id)`;
/** Looked up for the rows that are answered alone. */
const ITS_CONTAINER = {
  interval_s: ofItsContainer(sql`c.interval_s`) as SQL<number | null>,
  layout: ofItsContainer(sql`c.layout`) as SQL<Layout | null>,
};

function meant({ projectId, containerId, statuses, terms }: MinerFilter): SQL | undefined {
  return and(
    projectId === null ? undefined : eq(miners.project_id, projectId),
    containerId === null ? undefined : eq(miners.container_id, containerId),
    statuses === null ? undefined : inArray(miners.status, [...statuses]),
    terms === null ? undefined : resembles(terms),
  );
}

/** Goes by the key: without its first part alone, the scan would begin at the first project. */
function beyond(after: MinerPlace | null): SQL | undefined {
  if (after === null) return undefined;
  const [project, miner] = after;
  return and(
    gte(miners.project_id, project),
    sql`(${miners.project_id}, ${miners.miner_id}) > (${project}::text, ${miner}::text)`,
  );
}
