import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { until } from '../../harness/until.ts';
import { World } from '../../harness/world.ts';
import { broken } from './figures.ts';
import { balance, type Ledger } from './ledger.ts';
import { ledgerLine, lineOf, tableOf } from './print.ts';
import { Watch } from './watch.ts';

export interface SoakOptions {
  readonly folder: string;
  readonly minutes: number;
  readonly containers: number;
  /** One of the bounds of the hub's lags: 1, 2, 5, 10, 30, 60. */
  readonly pollSeconds: number;
  /** Makes the agent leak (see leak.ts). */
  readonly leak?: 'memory' | 'descriptors';
  readonly say: (text: string) => void;
}

export interface SoakResult {
  /** What was promised and is not so. */
  readonly broken: string[];
  readonly ledger: Ledger;
}

const MINERS_PER_CONTAINER = 308;
/** Deadline of one request to a device in the site file. */
const TIMEOUT_MS = 3000;
/** Samples between two printed lines: a minute. */
const SAMPLES_A_LINE = 6;

/** Lets the whole system run for a time, with the noise of a real site, and looks at what it holds meanwhile. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { folder, minutes, containers, pollSeconds, leak, say } = options;
  const world = await World.create({
    folder,
    containers,
    pollSeconds,
    noise: true,
    oracleFile: join(folder, 'oracle.log'),
    countersEvery: 1,
    agentEnv: leak ? { HEARST_LEAK: leak, NODE_OPTIONS: `--import=${new URL('leak.ts', import.meta.url).href}` } : {},
  });
  let database: pg.Client | undefined;
  try {
    await world.start();
    await until(async () => (await outboxOf(world)).id !== undefined, {
      withinMs: 60_000,
      what: () => world.agent.tail(),
    });
    database = new pg.Client({ connectionString: world.databaseUrl() });
    await database.connect();
    const watch = new Watch(world, database);
    await watch.go(minutes * 60, (sample) => {
      if (watch.samples.length % SAMPLES_A_LINE !== 0) return;
      say(lineOf(sample));
      writeFileSync(join(folder, 'samples.json'), JSON.stringify(watch.samples));
    });
    const { oracle_rows: sent } = (await (await fetch(`${world.controlUrl}/state`)).json()) as { oracle_rows: number };
    // The devices fall silent, so that everything accepted can be handed over to the last batch.
    await world.sim.stop();
    // Polls under way end, and none after them holds a numbered reading.
    const before = Math.min(
      ...watch.samples.slice(0, watch.samples.length / 4).map(({ held }) => held.agent.descriptors),
    );
    await sleep(2 * pollSeconds * 1000 + TIMEOUT_MS);
    const open = { before, after: await watch.agentAtRest() };
    await until(async () => (await outboxOf(world)).batches === 0, {
      withinMs: 120_000,
      everyMs: 100,
      what: () => `the outbox to drain\n${world.agent.tail()}`,
    });
    await world.agent.stop();
    const ledger = await balance(database, join(world.agentData, 'outbox', 'outbox.db'), MINERS_PER_CONTAINER);
    say(`${tableOf(watch.samples, open, pollSeconds)}\n${ledgerLine(ledger, sent)}`);
    return { broken: broken(watch.samples, open, pollSeconds), ledger };
  } finally {
    await database?.end();
    await world.stop();
  }
}

const outboxOf = async (world: World): Promise<{ id?: string; batches: number }> =>
  (await world.agentStatus<{ outbox: { id: string; batches: number } }>()).outbox;
