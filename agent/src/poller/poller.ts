import { setMaxListeners } from 'node:events';
import { minerIdOf } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { minersOf, type Site } from '../config/site.ts';
import { siteInventory } from './batches.ts';
import { ContainerPoll, type MinerState } from './container-poll.ts';
import { Gatherer } from './gather.ts';
import { Lanes } from './lanes.ts';
import { MeterPoll } from './meter-poll.ts';
import { Pace } from './pace.ts';
import { type Keeper, Recorder } from './recorder.ts';
import type { AntspaceSource, MinerSource, ModbusSource } from './sources.ts';
import { Tally } from './tally.ts';
import { Whereabouts } from './whereabouts.ts';
import { type Memory, NO_MEMORY } from './whereabouts-file.ts';

export interface PollerOptions {
  site: Site;
  clock: Clock;
  log: Logger;
  miners: MinerSource;
  modbus: ModbusSource;
  antspace: AntspaceSource;
  keeper: Keeper;
  /** Which machine stood where, from one run to the next; forgotten unless given. */
  memory?: Memory;
  /** 0 to below 1; decides the jitter of start times. */
  random?: () => number;
  /** Hears how long each poll took, ms. */
  polled?: (kind: 'container' | 'meters', ms: number) => void;
  /** Only `stats` of miners, never anything along with it (for measurements). */
  statsOnly?: boolean;
}

/**
 * Reads the whole site again and again and hands every reading to the outbox.
 *
 * - Every container is polled as a group once an interval, at a time of its own; one poll is one frame.
 * - A poll that takes longer than its interval makes the next one be left out and counted, never queued.
 * - Dead and slow devices wait among themselves (lanes.ts); no device is asked twice at once (gather.ts).
 * - Nothing a device sends, no bug in a driver and no refusal of the outbox stops it.
 * - Waiting goes by the monotonic clock, the time of a reading by the wall clock.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #stop = new AbortController();
  readonly #pace: Pace;
  readonly #lanes: Lanes;
  readonly #tally: Tally;
  readonly #recorder: Recorder;
  readonly #containers: ContainerPoll[];
  readonly #meters: MeterPoll;
  readonly #memory: Memory;
  readonly #whereabouts: Whereabouts;
  #loops: Promise<void>[] = [];
  #announced = false;
  #polls = 0;
  #skipped = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
    const { site, clock, log, miners, modbus, antspace, statsOnly = false } = options;
    const { timeoutMs, concurrency } = site.poll;
    const { signal } = this.#stop;
    setMaxListeners(0, signal);
    this.#pace = new Pace({ ceiling: concurrency, slowMs: timeoutMs / 4 });
    this.#lanes = new Lanes({ clock, pace: this.#pace, giveUpMs: 10 * timeoutMs });
    this.#tally = new Tally(log);
    this.#recorder = new Recorder({
      keeper: options.keeper,
      clock,
      log,
      project: site.project,
      hold: 2 * site.containers.length + 16,
    });
    const gatherer = new Gatherer({ clock, lanes: this.#lanes, pace: this.#pace });
    const parts = { site, clock, gatherer, modbus, antspace, tally: this.#tally, signal };
    this.#memory = options.memory ?? NO_MEMORY;
    this.#whereabouts = new Whereabouts(slotsOf(site), this.#memory.load());
    const whereabouts = this.#whereabouts;
    this.#containers = site.containers.map(
      (container, i) => new ContainerPoll(container, i, { ...parts, whereabouts, miners, statsOnly }),
    );
    this.#meters = new MeterPoll(parts);
  }

  /** Begins to poll. */
  start(): void {
    const { site, random = Math.random } = this.#options;
    const { intervalMs, metersMs, spreadMs } = site.poll;
    this.#announce();
    const step = spreadMs / Math.max(1, this.#containers.length);
    this.#loops = this.#containers.map((container, i) => this.#every(intervalMs, (i + random()) * step, container));
    if (site.meters.length > 0) this.#loops.push(this.#every(metersMs, random() * step, this.#meters));
  }

  /** Reads everything once, without spreading, and flushes. */
  async sweep(): Promise<void> {
    this.#announce();
    const meters = this.#options.site.meters.length > 0 ? [this.#meters] : [];
    await Promise.all([...this.#containers, ...meters].map((group) => this.#pollOnce(group)));
    this.#recorder.flush();
    this.#remember(true);
  }

  /** Ends all requests, drops what is half read, and hands over the rest. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    this.#recorder.close();
    this.#remember(true);
  }

  /** What is known now, for the status page. */
  state() {
    const containers = this.#containers.map((container) => container.state());
    return {
      miners: minersOf(this.#options.site),
      answering: containers.reduce((sum, { answering }) => sum + answering, 0),
      meters: this.#meters.state(),
      polls: this.#polls,
      skipped: this.#skipped,
      pace: { limit: this.#pace.limit, p95_ms: Math.round(this.#pace.p95Ms), soft_ms: Math.round(this.#pace.softMs) },
      lanes: this.#lanes.load(),
      abandoned: this.#lanes.abandoned,
      kept: this.#recorder.counts(),
      devices: this.#tally.counts(),
      containers,
    };
  }

  /** A container's miners as the last poll found them; null for an id that is none. */
  minersOf(container: string): MinerState[] | null {
    return this.#containers.find((one) => one.container.id === container)?.miners() ?? null;
  }

  /** Says once what stands here. */
  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    const { site, clock } = this.#options;
    this.#recorder.add([
      siteInventory(site, clock.wall()),
      ...this.#containers.map((container) => container.inventory()),
    ]);
    this.#recorder.flush();
  }

  /** Polls a group at `offset`, then every `intervalMs`; a time that has passed meanwhile is left out. */
  async #every(intervalMs: number, offset: number, group: Polled): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    let due = clock.mono() + offset;
    while (await this.#sleepUntil(due)) {
      await this.#pollOnce(group);
      if (signal.aborted) return;
      due += intervalMs;
      const missed = Math.max(0, Math.ceil((clock.mono() - due) / intervalMs));
      this.#skipped += missed;
      due += missed * intervalMs;
    }
  }

  async #sleepUntil(due: number): Promise<boolean> {
    const { clock } = this.#options;
    try {
      await clock.sleep(Math.max(0, due - clock.mono()), this.#stop.signal);
    } catch {
      return false; // stopped
    }
    return !this.#stop.signal.aborted;
  }

  #remember(atOnce = false): void {
    this.#memory.keep(() => this.#whereabouts.changes(), atOnce);
  }

  async #pollOnce(group: Polled): Promise<void> {
    const { log, clock, polled } = this.#options;
    const begun = clock.mono();
    try {
      const batches = await group.poll();
      this.#polls++;
      polled?.(group instanceof MeterPoll ? 'meters' : 'container', clock.mono() - begun);
      this.#recorder.add(batches);
      this.#remember();
    } catch (error) {
      log.error({ err: error }, 'a poll failed in a way it should not; the next one is not affected');
    }
  }
}

/** The ids of all slots. */
function slotsOf({ containers }: Site): string[] {
  return containers.flatMap(({ id, addresses }) => addresses.map((_, i) => minerIdOf(id, i + 1)));
}

/** What is read as a group. */
type Polled = ContainerPoll | MeterPoll;

export type PollerState = ReturnType<Poller['state']>;
