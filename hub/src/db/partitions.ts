import type pg from 'pg';
import type { Log } from '../log.ts';
import { withContext } from './client.ts';
import { OWNER_ROLE } from './roles.ts';

/** The tables with one partition per day (UTC), by the column `at`. */
export const PARTITIONED = ['container_frames', 'meter_frames'] as const;

const DAY_MS = 86_400_000;
/** Nothing here is older: a time before it comes from a clock that was never set. */
const FIRST_DAY = Date.UTC(2024, 0, 1);
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
 * The day partitions of the frame tables. What holds:
 *
 * - those of today and the next three days exist before they are needed (`start` keeps making them);
 * - `ensure` makes the one of a late backlog's day; rows of that day that already lie in the default partition move
 *   into it in the same transaction;
 * - rows of a believable day that lie in the default partition are noticed and moved within the hour;
 * - several hubs may do it together: an advisory lock orders them;
 * - a time that cannot be true (before 2024, more than two days ahead) stays in the default partition, so that one
 *   wrong clock does not make thousands of tables;
 * - a partition is as closed as its table: row security forced, the same policy, no grants.
 */
export class Partitions {
  readonly #owner: pg.Pool;
  readonly #log: Log | undefined;
  readonly #now: () => number;
  /** Days whose partitions are known to exist, or are being made. */
  readonly #days = new Map<number, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(owner: pg.Pool, options: PartitionsOptions = {}) {
    this.#owner = owner;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
  }

  /** Makes today's partitions and the next three days', and goes on doing so every hour until `stop`. */
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
    await Promise.allSettled(this.#days.values());
  }

  /**
   * Returns when the partitions of the day of `atMs` (ms since 1970 UTC) exist. Costs nothing once they do. Call it
   * before the transaction that inserts, never inside: making a partition waits for open transactions.
   */
  ensure(atMs: number): Promise<void> {
    if (atMs < FIRST_DAY || atMs > this.#now() + BELIEVED_AHEAD_MS) return Promise.resolve();
    return this.#ensureDay(Math.floor(atMs / DAY_MS) * DAY_MS);
  }

  async #makeAhead(): Promise<void> {
    const today = Math.floor(this.#now() / DAY_MS) * DAY_MS;
    for (let day = 0; day <= MADE_AHEAD_DAYS; day++) await this.#ensureDay(today + day * DAY_MS);
    for (const day of await this.#strayDays()) {
      this.#log?.warn({ day: new Date(day).toISOString() }, 'frames came before their partition: moving them into one');
      await this.ensure(day);
    }
  }

  /** Believable days whose rows lie in a default partition, because making theirs failed when they came. */
  async #strayDays(): Promise<number[]> {
    const believed = [new Date(FIRST_DAY), new Date(this.#now() + BELIEVED_AHEAD_MS)];
    const days = new Set<number>();
    for (const table of PARTITIONED) {
      const rows = await withContext(this.#owner, { role: 'super_admin', readOnly: true }, async (client) => {
        const found = await client.query<{ day: number }>(
          `select distinct floor(extract(epoch from at) / 86400)::int as day from ${table}_default
           where at >= $1 and at <= $2`,
          believed,
        );
        return found.rows;
      });
      for (const { day } of rows) days.add(day * DAY_MS);
    }
    return [...days];
  }

  #ensureDay(day: number): Promise<void> {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const making = this.#make(day).catch((error: unknown) => {
      this.#days.delete(day);
      throw error;
    });
    this.#days.set(day, making);
    return making;
  }

  async #make(day: number): Promise<void> {
    const missing: string[] = [];
    for (const table of PARTITIONED) if (!(await exists(this.#owner, partitionName(table, day)))) missing.push(table);
    for (const table of missing) await this.#makeOne(table, day);
  }

  /** Attaching, unlike `create table ... partition of`, lets readers and writers of the other days go on. */
  async #makeOne(table: string, day: number): Promise<void> {
    const name = partitionName(table, day);
    // Row security holds the owner too: to move rows of every project it has to see every project.
    const moved = await withContext(this.#owner, { role: 'super_admin' }, async (client) => {
      await client.query(`set local role ${OWNER_ROLE}; set local lock_timeout = '5s'`);
      await client.query(`select pg_advisory_xact_lock(${LOCK})`);
      if (await exists(client, name)) return 0;
      const from = new Date(day).toISOString();
      const to = new Date(day + DAY_MS).toISOString();
      await client.query(`lock table only ${table} in share update exclusive mode`);
      await client.query(`lock table ${table}_default in access exclusive mode`);
      await client.query(`create table ${name} (like ${table} including all)`);
      const { rowCount } = await client.query(
        `with late as (delete from ${table}_default where at >= $1 and at < $2 returning *)
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

/** Reads the catalogue's table: `to_regclass` would answer from a cache that does not know what another hub just made. */
async function exists(client: pg.Pool | pg.PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query(
    "select from pg_class where relname = $1 and relnamespace = 'public'::regnamespace",
    [name],
  );
  return rows.length > 0;
}

function partitionName(table: string, day: number): string {
  return `${table}_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '_')}`;
}
