import { readdirSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { type Family, readExposition, sampleValue } from '../../harness/exposition.ts';
import type { World } from '../../harness/world.ts';
import { type Held, heldBy, heldByFamily } from './held.ts';

/** Seconds between two samples, and between two looks at what the processes hold. */
const SAMPLE_S = 10;
const LOOK_S = 1;

type ProgramName = 'agent' | 'hub' | 'postgres';

/** Ten seconds of the whole system. */
export interface Sample {
  /** Since the watch began, hours. */
  readonly at: number;
  /** Memory: the mean of the looks. Descriptors: their least, since the sockets of a poll come and go. */
  readonly held: Readonly<Record<ProgramName, Held>>;
  /** What JavaScript holds, buffers included, dead and alive, MB: its least over some samples is what is alive. */
  readonly heapMb: { readonly agent: number; readonly hub: number };
  /** From a reading to its commit in the hub, mean of the readings committed meanwhile, s; null without any. */
  readonly lagS: number | null;
  /** 99 % of the turns of the event loop came no later than this, ms; null where the program does not tell. */
  readonly loopMs: { readonly agent: number | null; readonly hub: number | null };
  /** Batches that wait for the hub, and the file with those it has confirmed. */
  readonly outbox: { readonly batches: number; readonly bytes: number };
  readonly databaseBytes: number;
  /** Tables of frames and keys of batches, with their indexes. */
  readonly frameBytes: number;
  readonly logBytes: number;
  /** Readings of devices that the hub has committed since its start. */
  readonly readings: number;
  /** Of their lags: how many there are, how many within each bound, s. */
  readonly lags: { readonly count: number; readonly sumS: number; readonly within: Readonly<Record<string, number>> };
  /** Polls of a container done, and those left out because the one before took too long. */
  readonly polls: { readonly done: number; readonly left: number };
  readonly load: number;
}

const SIZES = `select pg_database_size(current_database())::float8 as whole,
  (select sum(pg_total_relation_size(relid))::float8
   from unnest(array['container_frames', 'meter_frames', 'ingest_keys']::regclass[]) as t,
     lateral (select relid from pg_partition_tree(t) union select t) as part) as frames`;

/** Looks at a world of processes again and again. `database` is a connection of its own, as superuser. */
export class Watch {
  readonly samples: Sample[] = [];
  readonly #world: World;
  readonly #database: pg.Client;
  readonly #begun = performance.now();
  #looks: Record<ProgramName, Held>[] = [];

  constructor(world: World, database: pg.Client) {
    this.#world = world;
    this.#database = database;
  }

  /** Takes samples for so long; `each` hears of every one. */
  async go(seconds: number, each: (sample: Sample) => void): Promise<void> {
    const rounds = Math.floor(seconds / LOOK_S);
    for (let round = 1; round <= rounds; round++) {
      // By the clock, or the samples would move through the phases of the poll.
      const due = this.#begun + round * LOOK_S * 1000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      this.#looks.push(this.#look());
      if (round % (SAMPLE_S / LOOK_S) === 0) each(await this.#sample());
    }
  }

  /** The least descriptors that the agent holds within some seconds. */
  async agentAtRest(): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < SAMPLE_S; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_S * 1000));
      least = Math.min(least, this.#look().agent.descriptors);
    }
    return least;
  }

  #look(): Record<ProgramName, Held> {
    const pid = (name: ProgramName): number => {
      const found = name === 'postgres' ? this.#world.postgresPid() : this.#world[name].pid;
      if (found === undefined) throw new Error(`${name} does not run any more`);
      return found;
    };
    return { agent: heldBy(pid('agent')), hub: heldBy(pid('hub')), postgres: heldByFamily(pid('postgres')) };
  }

  async #sample(): Promise<Sample> {
    const looks = this.#looks;
    this.#looks = [];
    const world = this.#world;
    const [agent, hub, status, sizes] = await Promise.all([
      page(`${world.statusUrl}/metrics`, {}),
      page(`${world.httpUrl}/metrics`, { authorization: `Bearer ${world.apiKey}` }),
      world.agentStatus<{
        outbox: { batches: number; file_bytes: number };
        poller: { polls: number; skipped: number };
      }>(),
      this.#database.query<{ whole: number; frames: number }>(SIZES),
    ]);
    const lags = lagsOf(hub);
    const before = this.samples.at(-1)?.lags ?? { count: 0, sumS: 0 };
    const stored = lags.count - before.count;
    const sample: Sample = {
      at: (performance.now() - this.#begun) / 3_600_000,
      held: {
        agent: together(looks.map((look) => look.agent)),
        hub: together(looks.map((look) => look.hub)),
        postgres: together(looks.map((look) => look.postgres)),
      },
      lagS: stored > 0 ? (lags.sumS - before.sumS) / stored : null,
      heapMb: { agent: heapMb(agent), hub: heapMb(hub) },
      loopMs: { agent: loopMs(agent), hub: loopMs(hub) },
      outbox: { batches: status.outbox.batches, bytes: status.outbox.file_bytes },
      databaseBytes: sizes.rows[0]?.whole ?? Number.NaN,
      frameBytes: sizes.rows[0]?.frames ?? Number.NaN,
      logBytes: logBytes(world.folder),
      readings: sampleValue(hub, 'hearst_ingest_readings_total') ?? Number.NaN,
      lags,
      polls: { done: status.poller.polls, left: status.poller.skipped },
      load: loadavg()[0] ?? Number.NaN,
    };
    this.samples.push(sample);
    return sample;
  }
}

async function page(url: string, headers: Record<string, string>): Promise<Map<string, Family>> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return readExposition(await response.text());
}

function together(looks: readonly Held[]): Held {
  const mean = (of: keyof Held): number => looks.reduce((sum, held) => sum + held[of], 0) / looks.length;
  return {
    residentMb: mean('residentMb'),
    anonymousMb: mean('anonymousMb'),
    descriptors: Math.min(...looks.map(({ descriptors }) => descriptors)),
    processes: mean('processes'),
  };
}

function heapMb(families: ReadonlyMap<string, Family>): number {
  const bytes = (name: string): number => sampleValue(families, name) ?? Number.NaN;
  return (bytes('nodejs_heap_size_used_bytes') + bytes('nodejs_external_memory_bytes')) / 1e6;
}

function loopMs(families: ReadonlyMap<string, Family>): number | null {
  const seconds = sampleValue(families, 'nodejs_eventloop_lag_p99_seconds');
  // Before the first second has passed there is nothing to tell.
  return seconds === undefined || Number.isNaN(seconds) ? null : seconds * 1000;
}

function lagsOf(hub: ReadonlyMap<string, Family>): Sample['lags'] {
  const name = 'hearst_ingest_lag_seconds';
  const within: Record<string, number> = {};
  for (const { name: of, labels, value } of hub.get(name)?.samples ?? [])
    if (of === `${name}_bucket` && labels.le !== undefined) within[labels.le] = value;
  return {
    count: sampleValue(hub, `${name}_count`) ?? 0,
    sumS: sampleValue(hub, `${name}_sum`) ?? 0,
    within,
  };
}

/** What the programs have printed. */
const logBytes = (folder: string): number =>
  readdirSync(folder)
    .filter((name) => name === 'hub.log' || name === 'agent.log')
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
