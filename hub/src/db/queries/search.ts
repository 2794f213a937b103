import type { Layout } from '@hearst/protocol';
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { ClientBase } from 'pg';
import type { MinerTerms } from '../../search/terms.ts';
import { on } from '../builder.ts';
import { containers, miners, projects, transformers } from '../schema.ts';
import { begins, macEnds, macOf, serialEnds } from './miner-terms.ts';

/** How well something answers a search: it is the text, begins with it, ends with it, or holds it. */
export const RANKS = { exact: 0, prefix: 1, suffix: 2, part: 3 } as const;

/** A miner that answers a search. */
export interface FoundMiner {
  readonly project_id: string;
  readonly miner_id: string;
  readonly container_id: string;
  readonly position: number;
  readonly serial: string | null;
  readonly mac: string | null;
  readonly ip: string | null;
  readonly layout: Layout | null;
  readonly matched: 'id' | 'serial' | 'mac' | 'ip' | 'position';
  readonly rank: number;
}

/** Something with a name that answers a search. */
export interface FoundNamed {
  readonly type: 'project' | 'container' | 'transformer';
  readonly project_id: string;
  readonly id: string;
  readonly name: string | null;
  readonly matched: 'id' | 'name';
  readonly rank: number;
}

const { serial, mac, ip } = miners;

/** Visible miners by id, serial, MAC and address; of each way to match at most `limit`. */
export async function searchMiners(client: ClientBase, terms: MinerTerms, limit: number): Promise<FoundMiner[]> {
  const { text, macDigits } = terms;
  const ways = [
    way('id', RANKS.exact, miners.miner_id, sql`${miners.miner_id} = ${text}`),
    way('serial', RANKS.exact, serial, sql`${serial} = ${text}`),
    way('serial', RANKS.prefix, serial, begins(serial, text)),
    way('serial', RANKS.suffix, miners.serial_end, sql`${serialEnds(text)} and ${endsWith(sql`${serial}`, text)}`),
  ];
  if (macDigits !== null) {
    const digits = sql`translate(${mac}, ':', '')`;
    ways.push(
      way('mac', RANKS.exact, mac, sql`${mac} = ${macOf(macDigits)}`),
      way('mac', RANKS.prefix, mac, begins(mac, macOf(macDigits))),
      way('mac', RANKS.suffix, miners.mac_end, sql`${macEnds(macDigits)} and ${endsWith(digits, macDigits)}`),
    );
  }
  if (terms.ip !== null)
    ways.push(way('ip', RANKS.exact, ip, sql`${ip} = ${terms.ip}`), way('ip', RANKS.prefix, ip, begins(ip, terms.ip)));
  const limited = ways.map((each) => sql`(${each} limit ${limit})`);
  return found(client, sql.join(limited, sql` union all `));
}

/** A slot: where it is. */
export interface Slot {
  readonly projectId: string;
  readonly containerId: string;
  readonly position: number;
}

/** The visible miners in slots. */
export function minersIn(client: ClientBase, slots: readonly Slot[]): Promise<FoundMiner[]> {
  const column = (of: (slot: Slot) => string | number) => sql.param(slots.map(of));
  return found(
    client,
    sql`select ${FIELDS}, 'position' as matched, ${RANKS.exact}::int as rank
      from unnest(${column((slot) => slot.projectId)}::text[], ${column((slot) => slot.containerId)}::text[],
        ${column((slot) => slot.position)}::int[]) n (project, container, position)
      join miners on ${miners.project_id} = n.project and ${miners.container_id} = n.container
        and ${miners.position} = n.position`,
  );
}

/** Visible containers in which a slot may lie: by the letters and the number in their id, else all with a layout. */
export async function containersOf(
  client: ClientBase,
  { letters, container }: { readonly letters: string | null; readonly container: number | null },
  limit: number,
): Promise<{ project_id: string; container_id: string; layout: Layout | null }[]> {
  const { project_id, container_id, layout } = containers;
  const numbers = container === null ? [] : [2, 3, 4].map((digits) => String(container).padStart(digits, '0'));
  const condition =
    container === null
      ? sql`${layout} is not null`
      : letters === null
        ? sql`split_part(${container_id}, '-C', 2) = any (${sql.param(numbers)}::text[])`
        : sql`${container_id} = any (${sql.param(numbers.map((number) => `${letters}-C${number}`))}::text[])`;
  return on(client)
    .select({ project_id, container_id, layout })
    .from(containers)
    .where(condition)
    .orderBy(project_id, container_id)
    .limit(limit);
}

/** Visible projects, containers and transformers whose id or name holds the text; at most `limit` of each. */
export async function searchNamed(client: ClientBase, text: string, limit: number): Promise<FoundNamed[]> {
  const kinds = [
    named('project', projects, projects.project_id, projects.name, text),
    named('container', containers, containers.container_id, containers.name, text),
    named('transformer', transformers, transformers.transformer_id, transformers.name, text),
  ];
  const limited = kinds.map((kind) => sql`(${kind} order by rank, id limit ${limit})`);
  const { rows } = await on(client).execute<Record<string, unknown> & FoundNamed>(sql.join(limited, sql` union all `));
  return rows;
}

const FIELDS = sql.join(
  [miners.project_id, miners.miner_id, miners.container_id, miners.position, serial, mac, ip].map(
    (column) => sql`${column}`,
  ),
  sql`, `,
);

/** One way to match, in the order of the index it goes by: the first rows are found without the others. */
function way(matched: FoundMiner['matched'], rank: number, by: PgColumn, condition: SQL): SQL {
  return sql`select ${FIELDS}, ${matched}::text as matched, ${rank}::int as rank from miners
    where ${condition} order by ${miners.project_id}, ${by}`;
}

async function found(client: ClientBase, select: SQL): Promise<FoundMiner[]> {
  const { rows } = await on(client).execute<Record<string, unknown> & FoundMiner>(
    sql`select f.*, (select c.layout from containers c
        where c.project_id = f.project_id and c.container_id = f.container_id) as layout
      from (${select}) f`,
  );
  return rows;
}

function endsWith(value: SQL, text: string): SQL {
  return sql`right(${value}, length(${text}::text)) = ${text}::text`;
}

/** What holds the text is found first, and ranked then. Ids stand in capitals. */
function named(type: FoundNamed['type'], table: PgTable, id: PgColumn, name: PgColumn, text: string): SQL {
  const wanted = sql`upper(${text}::text)`;
  const inCapitals = sql`upper(${name})`;
  const best = sql`least(${rankOf(sql`${id}`, wanted)}, ${rankOf(inCapitals, wanted)})`;
  return sql`select ${type}::text as type, project_id, ${id} as id, ${name} as name,
      case when ${rankOf(sql`${id}`, wanted)} = ${best} then 'id' else 'name' end as matched, ${best} as rank
    from ${table} where strpos(${id}, ${wanted}) > 0 or strpos(${inCapitals}, ${wanted}) > 0`;
}

/** Null where the value does not hold the text. */
function rankOf(value: SQL, wanted: SQL): SQL {
  return sql`case when ${value} = ${wanted} then ${RANKS.exact}::int when ${value} ^@ ${wanted} then ${RANKS.prefix}::int
    when right(${value}, length(${wanted})) = ${wanted} then ${RANKS.suffix}::int
    when strpos(${value}, ${wanted}) > 0 then ${RANKS.part}::int end`;
}
