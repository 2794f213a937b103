import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';
import { acceptedReadings, judge, storedReadings, type Verdict } from './oracle.ts';

export interface ChaosOptions {
  folder: string;
  broker: 'embedded' | 'mosquitto';
  /** How long processes are killed at least, seconds. */
  seconds: number;
  /** How many readings the devices are to send at least before the killing ends (a slow machine takes longer). */
  readings: number;
  /** How many processes are to be killed before the killing slows down; absent: it never does. */
  kills?: number;
  containers: number;
  hubEnv?: Record<string, string>;
  /** A line whenever something is killed. */
  say?: (line: string) => void;
}

type Victim = 'agent' | 'hub' | 'postgres' | 'mosquitto';

export interface ChaosResult {
  verdict: Verdict;
  kills: Partial<Record<Victim, number>>;
  /** Batches that the hub had already and acknowledged again. */
  duplicates: number;
}

const MINERS_PER_CONTAINER = 308;
/** Time between two kills, ms: long enough for progress, short enough to hit every step. */
const PAUSE = { min: 800, max: 3000 };
/** So much longer is the pause once as many have died as were wanted and only readings are missing yet. */
const LEISURE = 8;
/** How often it is looked whether enough has been read, ms. */
const LOOK_MS = 500;
const POLL_SECONDS = 1;
/** A last stretch in which nobody dies: whatever is read in it is owed to the last one. */
const CALM_MS = 4000;
/** A machine too slow for the wanted number of readings is given up after this many times the seconds. */
const MOST_PATIENCE = 5;

/**
 * Runs the whole system for `seconds` while killing one process after another with SIGKILL, then lets it come to rest
 * and holds what the devices sent against what stands in Postgres. Victims take turns in random order, so that each
 * gets its share.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const oracleFile = join(options.folder, 'oracle.log');
  const world = await World.create({
    folder: options.folder,
    containers: options.containers,
    pollSeconds: POLL_SECONDS,
    timeoutSeconds: 30,
    countersEvery: 1,
    broker: options.broker,
    oracleFile,
    hubEnv: options.hubEnv ?? {},
  });
  const killer = new Killer(world, options);
  try {
    await world.start();
    await until(async () => (await miners(world)) > 0, {
      withinMs: 60_000,
      what: () => `first frames\n${world.agent.tail()}`,
    });
    const began = Date.now();
    const goOn = async (): Promise<boolean> => {
      const seconds = (Date.now() - began) / 1000;
      if (seconds < options.seconds) return true;
      return seconds < MOST_PATIENCE * options.seconds && (await readingsSent(world)) < options.readings;
    };
    while (await goOn()) {
      const isEnough = Date.now() - began >= 1000 * options.seconds && killer.deaths >= (options.kills ?? Infinity);
      const pause = PAUSE.min + Math.random() * (PAUSE.max - PAUSE.min);
      const end = Date.now() + (isEnough ? LEISURE * pause : pause);
      while (Date.now() < end && (await goOn())) await sleep(LOOK_MS);
      if (await goOn()) await killer.next();
    }
    killer.restore();
    await sleep(CALM_MS);
    const isDrained = async () =>
      killer.restore() && (await world.agentStatus<{ outbox: { batches: number } }>()).outbox.batches === 0;
    await world.comeToRest(() =>
      until(isDrained, {
        withinMs: 120_000,
        everyMs: 250,
        what: () => `the outbox to drain\nagent:\n${world.agent.tail()}\nhub:\n${world.hub.tail()}`,
      }),
    );
    const stored = await storedReadings(world.databaseUrl(), MINERS_PER_CONTAINER);
    const verdict = judge({
      oracleFile,
      accepted: acceptedReadings(join(world.agentData, 'outbox', 'outbox.db')),
      stored,
      agentRestarts: killer.agentRestarts,
    });
    return { verdict, kills: killer.kills, duplicates: await duplicatesCounted(world) };
  } finally {
    await world.stop();
  }
}

/** How many batches the hub found that it had already, over all its lives. */
async function duplicatesCounted(world: World): Promise<number> {
  const client = new pg.Client({ connectionString: world.databaseUrl() });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>('select sum(duplicates)::int as count from agents');
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

async function readingsSent(world: World): Promise<number> {
  const state = (await (await fetch(`${world.controlUrl}/state`)).json()) as { oracle_rows: number };
  return state.oracle_rows;
}

async function miners(world: World): Promise<number> {
  const { data } = await world.api<{ data: { miners_active: number | null }[] }>('/api/projects/QATAR-001/containers');
  return data.reduce((sum, container) => sum + (container.miners_active ?? 0), 0);
}

/** Kills by turns and starts again what it killed. */
class Killer {
  readonly kills: Partial<Record<Victim, number>> = {};
  /** When the agent was started again, ms since 1970. */
  readonly agentRestarts: number[] = [];
  readonly #world: World;
  readonly #say: (line: string) => void;
  #round: Victim[] = [];

  constructor(world: World, options: ChaosOptions) {
    this.#world = world;
    this.#say = options.say ?? (() => undefined);
  }

  get deaths(): number {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0);
  }

  /** Kills the next victim of the round, and soon afterwards starts it again. */
  async next(): Promise<void> {
    this.restore();
    const all: Victim[] = ['agent', 'hub', 'postgres', ...(this.#world.broker ? (['mosquitto'] as const) : [])];
    if (this.#round.length === 0) this.#round = all.sort(() => Math.random() - 0.5);
    const victim = this.#round.pop()!;
    if (!(await this.#kill(victim))) return;
    this.kills[victim] = (this.kills[victim] ?? 0) + 1;
    this.#say(`killed ${victim}`);
    await sleep(Math.random() * 400);
    this.restore();
  }

  /** Starts whatever does not run, as a service manager does. Postgres is the hub's to start again. */
  restore(): boolean {
    const { agent, hub, broker } = this.#world;
    if (!agent.running) this.agentRestarts.push(Date.now());
    for (const program of [broker?.program, hub, agent]) if (program && !program.running) program.start();
    return true;
  }

  async #kill(victim: Victim): Promise<boolean> {
    const { agent, hub, broker } = this.#world;
    if (victim === 'postgres') return this.#killPostgres();
    const program = victim === 'agent' ? agent : victim === 'hub' ? hub : broker?.program;
    if (!program?.running) return false;
    await program.kill();
    return true;
  }

  async #killPostgres(): Promise<boolean> {
    const pid = await until(() => this.#world.postgresPid(), { withinMs: 30_000, what: 'a Postgres to kill' });
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return false; // it had gone by itself, with the hub
    }
    return true;
  }
}
