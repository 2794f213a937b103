import { join } from 'node:path';
import pg from 'pg';
import { acceptedReadings, judge, storedReadings, type Verdict } from '../chaos/oracle.ts';
import { createEmptyDatabase, createTestDatabase } from './postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';
import { World, type WorldOptions } from './world.ts';

export type SharedOptions = Omit<
  WorldOptions,
  'folder' | 'oracleFile' | 'databaseUrl' | 'pollSeconds' | 'containers'
> & {
  containers?: number;
  /** The hub starts its own Postgres; else it uses a clone of the run's template, which is there at once. */
  ownPostgres?: boolean;
  /** No migration has run there yet: for a hub that is older than this one. */
  emptyDatabase?: boolean;
  /** Called when the folder is there and nothing runs yet. */
  prepare?: (folder: string) => void;
};

/** What the agent's local page says, as far as tests of faults look at it. */
export interface AgentPage {
  pid: number;
  problems: string[];
  hub: { phase: string; advice: string | null; uplink: { resent: number; freed: number; lastAckAt: number } | null };
  outbox: { id: string; batches: number; oldest_at: string | null } | null;
  poller: { answering: number; polls: number; skipped: number; kept: { held: number; lost_readings: number } };
}

const POLL_SECONDS = 1;

/**
 * One world for all tests of a file: small containers read every second by a generous deadline, every reading
 * numbered at the device, so that after all the faults `atRest` can say whether anything is missing.
 */
export class SharedWorld {
  readonly world: World;
  /** When the agent was started again after a death, ms since 1970. */
  readonly agentRestarts: number[] = [];
  readonly miners: number;
  readonly #oracleFile: string;
  readonly #dispose: () => Promise<void>;

  private constructor(world: World, oracleFile: string, miners: number, dispose: () => Promise<void>) {
    this.world = world;
    this.miners = miners;
    this.#oracleFile = oracleFile;
    this.#dispose = dispose;
  }

  /** Builds the world; nothing runs yet. */
  static async create(options: SharedOptions = {}): Promise<SharedWorld> {
    const { containers = 2, miners = 40, ownPostgres = false, emptyDatabase = false, prepare, ...more } = options;
    const folder = temporaryFolder('world');
    prepare?.(folder.path);
    const database = ownPostgres ? null : await (emptyDatabase ? createEmptyDatabase() : createTestDatabase());
    const oracleFile = join(folder.path, 'oracle.log');
    const world = await World.create({
      folder: folder.path,
      containers,
      miners,
      pollSeconds: POLL_SECONDS,
      timeoutSeconds: 30,
      countersEvery: 1,
      oracleFile,
      ...(database ? { databaseUrl: database.url } : {}),
      ...more,
    });
    return new SharedWorld(world, oracleFile, miners, async () => {
      try {
        await world.stop();
      } finally {
        await database?.drop();
        folder[Symbol.dispose]();
      }
    });
  }

  /** Starts all of it and waits until readings arrive in the database; a start that fails leaves nothing running. */
  async start(): Promise<this> {
    try {
      await this.world.start();
      await this.flows(40_000);
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#dispose();
  }

  /** Starts the agent again after it died, noting when. */
  startAgent(env: Record<string, string> = {}): void {
    this.agentRestarts.push(Date.now());
    this.world.agent.start(env);
  }

  page(): Promise<AgentPage> {
    return this.world.agentStatus<AgentPage>();
  }

  /** Asks the hub's database as its superuser. */
  async sql<T extends pg.QueryResultRow>(query: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.world.databaseUrl() });
    await client.connect();
    try {
      return (await client.query<T>(query, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** How many frames with readings are stored that were taken within a span (ms since 1970). */
  async framesSince(from: number, to = Number.MAX_SAFE_INTEGER): Promise<number> {
    const rows = await this.sql<{ count: number }>(
      `select count(*)::int as count from container_frames
        where miners_answering > 0 and extract(epoch from at) * 1000 between $1 and $2`,
      [from, to],
    );
    return rows[0]?.count ?? 0;
  }

  /** Waits until a reading taken from now on has arrived; returns how long that took, ms. */
  async flows(withinMs = 60_000): Promise<number> {
    const since = Date.now();
    await until(async () => (await this.framesSince(since)) > 0, {
      withinMs,
      everyMs: 100,
      what: () => `fresh readings\nagent:\n${this.world.agent.tail()}\nhub:\n${this.world.hub.tail()}`,
    });
    return Date.now() - since;
  }

  /** Waits until the agent's outbox holds at least so many batches. */
  async holds(batches: number, withinMs = 30_000): Promise<void> {
    await until(async () => ((await this.page()).outbox?.batches ?? 0) >= batches, {
      withinMs,
      everyMs: 100,
      what: () => `${batches} batches in the outbox\n${this.world.agent.tail()}`,
    });
  }

  /** Waits until the hub has everything. */
  async drained(withinMs = 60_000): Promise<void> {
    await until(async () => (await this.page()).outbox?.batches === 0, {
      withinMs,
      everyMs: 50,
      what: () => `the outbox to drain\nagent:\n${this.world.agent.tail()}\nhub:\n${this.world.hub.tail()}`,
    });
  }

  /** Waits for a line in a program's log that says something. */
  async says(who: 'agent' | 'hub', pattern: RegExp, withinMs = 30_000): Promise<string> {
    const program = this.world[who];
    return until(
      () =>
        program
          .log()
          .split('\n')
          .find((line) => pattern.test(line)),
      {
        withinMs,
        everyMs: 100,
        what: () => `${who} to say ${String(pattern)}\n${program.tail()}`,
      },
    );
  }

  /** How many batches came to the hub that it had already. */
  async duplicates(): Promise<number> {
    const rows = await this.sql<{ count: number }>('select sum(duplicates)::int as count from agents');
    return rows[0]?.count ?? 0;
  }

  /** The devices fall silent, the agent hands over what it has and stops: what has become of every reading? */
  async verdict(): Promise<Verdict> {
    await this.world.comeToRest(() => this.drained());
    return judge({
      oracleFile: this.#oracleFile,
      accepted: acceptedReadings(join(this.world.agentData, 'outbox', 'outbox.db')),
      stored: await storedReadings(this.world.databaseUrl(), this.miners),
      agentRestarts: this.agentRestarts,
    });
  }

  /** The verdict in numbers. */
  async atRest(): Promise<Record<keyof Verdict, number>> {
    const { lost, twice, wrong, ...counts } = await this.verdict();
    return { ...counts, lost: lost.length, twice: twice.length, wrong: wrong.length };
  }
}

/** What `atRest` says when there is nothing to complain about. */
export const NOTHING_LOST = { lost: 0, twice: 0, wrong: 0, quarantined: 0 };
