import type pg from 'pg';
import type { PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';

/** Work that is done again and again, by one hub at a time. */
export interface Job {
  /** Letters, digits and dashes: its queue's name in the database. */
  readonly name: string;
  readonly everyS: number;
  /** May run again after it was cut off anywhere. Ends soon after the signal. */
  run(signal: AbortSignal): Promise<void>;
}

const SCHEMA = 'hearst_jobs';
/** A runner that is not heard of for this long is taken for dead, and its job is free for another hub. */
const SILENT_S = 20;
const LOOK_EVERY_S = 15;
const LONGEST_S = 3600;
/** Once a run is over nothing asks for it. */
const KEPT_S = 3600;
/** How long the start goes on trying, in waits of up to half a minute: about a week. */
const ATTEMPTS = 20_000;
const STOP_MS = 5_000;

/**
 * Jobs on pg-boss, in a schema of its own. What holds:
 *
 * - of several hubs one runs a job at a time: its queue takes no second one while the first waits or runs;
 * - a run that is not over when the next is due takes its place;
 * - a hub that dies gives its job up after `SILENT_S`;
 * - while the database is away nothing runs, and all goes on when it is back.
 */
export class Jobs {
  readonly #owner: pg.Pool;
  readonly #log: Log;
  readonly #jobs: Job[] = [];
  readonly #ending = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #started: Promise<PgBoss | null> = Promise.resolve(null);

  /** @param options.owner the owner's connections: makes the schema and asks for work */
  constructor({ owner, log }: { owner: pg.Pool; log: Log }) {
    this.#owner = owner;
    this.#log = log;
  }

  /** Before `start`. */
  add(job: Job): void {
    this.#jobs.push(job);
  }

  /** Comes up in the background, and tries until it can. Without jobs it does nothing. */
  start(): void {
    if (this.#jobs.length === 0) return;
    this.#started = this.#start().catch((error: Error) => {
      if (!this.#ending.signal.aborted) this.#log.error({ err: error }, 'jobs do not start: nothing is rolled up');
      return null;
    });
  }

  /** Ends the running job at the next place where it can be left. */
  async stop(): Promise<void> {
    this.#ending.abort();
    const boss = await this.#started;
    for (const timer of this.#timers) clearInterval(timer);
    await boss?.stop({ graceful: true, timeout: STOP_MS, close: false });
  }

  async #start(): Promise<PgBoss | null> {
    // Loaded here: it is not needed until the hub is up, and takes its time.
    const { PgBoss } = await import('pg-boss');
    if (this.#ending.signal.aborted) return null;
    const boss = new PgBoss({
      db: { executeSql: (text, values) => this.#owner.query(text, values) },
      schema: SCHEMA,
      schedule: false,
      superviseIntervalSeconds: LOOK_EVERY_S,
      monitorIntervalSeconds: LOOK_EVERY_S,
      monitorVacuum: false,
      reindex: false,
      registerInstance: false,
    });
    boss.on('error', (error: Error) => this.#note(error));
    // A start that waits for the database ends at once.
    this.#ending.signal.addEventListener('abort', () => {
      boss.stop({ graceful: true, timeout: STOP_MS, close: false }).catch((error: Error) => this.#note(error));
    });
    await boss.start({ attempts: ATTEMPTS });
    for (const job of this.#jobs) await this.#open(boss, job);
    return boss;
  }

  async #open(boss: PgBoss, job: Job): Promise<void> {
    const { name, everyS } = job;
    const options = {
      retryLimit: 0,
      heartbeatSeconds: SILENT_S,
      expireInSeconds: LONGEST_S,
      deleteAfterSeconds: KEPT_S,
    };
    await boss.createQueue(name, { policy: 'exclusive', ...options });
    await boss.work(name, { pollingIntervalSeconds: Math.min(2, everyS) }, ([claim]) =>
      this.#run(job, claim === undefined ? this.#ending.signal : AbortSignal.any([claim.signal, this.#ending.signal])),
    );
    const ask = (): void => {
      boss.send(name).catch((error: Error) => this.#note(error));
    };
    ask();
    this.#timers.push(setInterval(ask, everyS * 1000).unref());
  }

  async #run(job: Job, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      await job.run(signal);
    } catch (error) {
      this.#log.warn({ job: job.name, err: error }, 'a job failed: it is run again when it is due');
    }
  }

  /** What pg-boss meets while the database is away; each thing of ours that fails is told where it fails. */
  #note(error: Error): void {
    this.#log.debug({ reason: error.message }, 'the job queue cannot reach the database');
  }
}
