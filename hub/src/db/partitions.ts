import type pg from 'pg';
import type { Log } from '../log.ts';
import { withContext } from './client.ts';
import {
  defaultPartition,
  FINE,
  FRAMES,
  type PartitionedTable,
  partitionName,
  type Range,
  rangeAt,
} from './partitioned.ts';
import { OWNER_ROLE } from './roles.ts';

const DAY_MS = 86_400_000;
/** Nothing here is older: a time before it comes from a clock that was never set. */
const FIRST_DAY = Date.UTC(2024, 0, 1);
/** After today; of months it is the next one. */
const MADE_AHEAD_DAYS = 3;
/** What lies further ahead than this comes from a wrong clock. */
const BELIEVED_AHEAD_MS = 2 * DAY_MS;
const LOOK_EVERY_MS = 3_600_000;
/** The advisory lock under which partitions are made, in any hub. */
const LOCK = 7_423_002;

export interface PartitionsOptions {
  readonly log?: Log;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
}

/**
 * The day partitions of the frame tables and the month partitions of the five-minute rows. What holds:
 *
 * - those of today and the next three days, of this month and the next, exist before they are needed (`start` keeps
 *   making them);
 * - `ensure` makes those of a late backlog's day, `ensureFine` the one of a month of history that is computed or brought
 *   along later; rows that already lie in the default partition move into it in the same transaction;
 * - rows of a believable time that lie in a default partition are noticed and moved within the hour;
 * - several hubs may do it together: an advisory lock orders them;
 * - a time that cannot be true (before 2024, more than two days ahead) stays in the default partition, so that one
 *   wrong clock does not make thousands of tables;
 * - a partition is as closed as its table: row security forced, the same policy, no grants.
 */
export class Partitions {
  readonly #owner: pg.Pool;
  readonly #log: Log | undefined;
  readonly #now: () => number;
  /** Partitions, by name, that are known to exist, or are being made. */
  readonly #known = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(owner: pg.Pool, options: PartitionsOptions = {}) {
    this.#owner = owner;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
  }

  /** Makes the partitions that will be needed next, and goes on doing so every hour until `stop`. */
  async start(): Promise<void> {
    await this.#makeAhead();
    this.#timer = setInterval(() => {
      this.#makeAhead().catch((error: unknown) =>
        this.#log?.error({ err: error }, 'the next days have no partitions yet: will try again within the hour'),
      );
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.allSettled(this.#known.values());
  }

  /**
   * Returns when the partitions of the frames of `atMs` (ms since 1970 UTC) exist. Costs nothing once they do. Call it
   * before the transaction that inserts, never inside: making a partition waits for open transactions.
   */
  async ensure(atMs: number): Promise<void> {
    if (!this.#believes(atMs)) return;
    for (const table of FRAMES) await this.#ensure(table, rangeAt(table, atMs));
  }

  /** The same for the five-minute (and quarter-hour) rows of `metrics` of that moment. */
  async ensureFine(atMs: number): Promise<void> {
    if (this.#believes(atMs)) await this.#ensure(FINE, rangeAt(FINE, atMs));
  }

  #believes(atMs: number): boolean {
    return atMs >= FIRST_DAY && atMs <= this.#now() + BELIEVED_AHEAD_MS;
  }

  async #makeAhead(): Promise<void> {
    const now = this.#now();
    for (let day = 0; day <= MADE_AHEAD_DAYS; day++)
      for (const table of FRAMES) await this.#ensure(table, rangeAt(table, now + day * DAY_MS));
    const month = rangeAt(FINE, now);
    for (const range of [month, rangeAt(FINE, month.to)]) await this.#ensure(FINE, range);
    for (const table of [...FRAMES, FINE])
      for (const range of await this.#strays(table)) {
        const partition = partitionName(table, range);
        this.#log?.warn({ partition }, 'rows came before their partition: moving them into one');
        // One that was known may have been dropped since, when the time of its rows was over.
        this.#known.delete(partition);
        await this.#ensure(table, range);
      }
  }

  /** Ranges of believable times whose rows lie in the default partition: making theirs failed when they came. */
  async #strays(partitioned: PartitionedTable): Promise<Range[]> {
    const { column, span } = partitioned;
    const believed = [new Date(FIRST_DAY), new Date(this.#now() + BELIEVED_AHEAD_MS), span];
    const rows = await withContext(this.#owner, { role: 'super_admin', readOnly: true }, async (client) => {
      const found = await client.query<{ at: Date }>(
        `select distinct date_trunc($3, "${column}", 'UTC') as at from ${defaultPartition(partitioned)}
         where "${column}" >= $1 and "${column}" <= $2`,
        believed,
      );
      return found.rows;
    });
    return rows.map(({ at }) => rangeAt(partitioned, +at));
  }

  #ensure(partitioned: PartitionedTable, range: Range): Promise<void> {
    const name = partitionName(partitioned, range);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const making = this.#make(partitioned, name, range).catch((error: unknown) => {
      this.#known.delete(name);
      throw error;
    });
    this.#known.set(name, making);
    return making;
  }

  /** Attaching, unlike `create table ... partition of`, lets readers and writers of the other partitions go on. */
  async #make(partitioned: PartitionedTable, name: string, range: Range): Promise<void> {
    if (await hasTable(this.#owner, name)) return;
    const { table, column } = partitioned;
    const [from, to] = [new Date(range.from).toISOString(), new Date(range.to).toISOString()];
    const origin = defaultPartition(partitioned);
    // Row security holds the owner too: to move rows of every project it has to see every project.
    const moved = await withContext(this.#owner, { role: 'super_admin' }, async (client) => {
      await client.query(`set local role ${OWNER_ROLE}; set local lock_timeout = '5s'`);
      await client.query(`select pg_advisory_xact_lock(${LOCK})`);
      if (await hasTable(client, name)) return 0;
      await client.query(`lock table only ${table} in share update exclusive mode`);
      await client.query(`lock table ${origin} in access exclusive mode`);
      await client.query(`create table ${name} (like ${table} including all)`);
      const { rowCount } = await client.query(
        `with late as (delete from ${origin} where "${column}" >= $1 and "${column}" < $2 returning *)
         insert into ${name} select * from late`,
        [from, to],
      );
      await client.query(`alter table ${table} attach partition ${name} for values from ('${from}') to ('${to}')`);
      await client.query(`alter table ${name} enable row level security, force row level security`);
      await client.query(`create policy project on ${name} using (${VISIBLE}) with check (${VISIBLE})`);
      return rowCount ?? 0;
    });
    this.#log?.debug({ partition: name, moved }, 'made a partition');
  }
}

/** The policy's expression, as in the migrations: no sub-select, which Citus would refuse. */
const VISIBLE = `project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))`;

/** Whether there is a table. Reads the catalogue's own: `to_regclass` would answer from a cache that does not know what another hub just made. */
export async function hasTable(client: pg.Pool | pg.PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query(
    "select from pg_class where relname = $1 and relnamespace = 'public'::regnamespace",
    [name],
  );
  return rows.length > 0;
}
