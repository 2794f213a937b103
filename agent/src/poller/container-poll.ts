import { type ContainerFrame, MINER_STATUSES, type MinerStatus, minerIdOf } from '@hearst/protocol';
import type { Clock } from '../clock.ts';
import type { Container, Site } from '../config/site.ts';
import type { MinerIdentity, MinerReading } from '../drivers/driver.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { containerInventory, eventBatches, framesBatch } from './batches.ts';
import type { Device } from './device.ts';
import { ContainerFrameBuilder } from './frames.ts';
import type { Gatherer } from './gather.ts';
import { hardwareOf } from './hardware.ts';
import { LoopPoll } from './loop-poll.ts';
import { MinerErrors } from './miner-errors.ts';
import { Slot } from './slot.ts';
import type { AntspaceSource, Ask, MinerSource, ModbusSource } from './sources.ts';
import { Strangers } from './strangers.ts';
import type { Tally } from './tally.ts';
import { Tidings } from './tidings.ts';
import type { Whereabouts } from './whereabouts.ts';

/** `summary` and `pools` go along with every fifth poll, each container at its own turn. */
const EXTRAS_EVERY = 5;
/** The boards one by one go along with every tenth. */
const BOARDS_EVERY = 10;

/** What a container looked like when it was last polled. */
export interface ContainerState {
  container: string;
  miners: number;
  answering: number;
  /** null without a controller. */
  cooling: 'answers' | 'silent' | null;
  /** When the latest poll began, ms since 1970 UTC; null before the first. */
  at: number | null;
  /** How long it took, ms. */
  tookMs: number;
}

/** A miner as the last poll of its container found it. */
export interface MinerState extends MinerIdentity {
  id: string;
  position: number;
  address: string;
  /** `unknown` before the first poll. */
  status: MinerStatus;
  hashrateThs: number | null;
  /** Of its hottest board. */
  temperatureC: number | null;
  /** Which definition read it; null when it never answered. */
  definition: string | null;
}

export interface ContainerPollParts {
  site: Site;
  clock: Clock;
  gatherer: Gatherer;
  miners: MinerSource;
  modbus: ModbusSource;
  antspace: AntspaceSource;
  tally: Tally;
  /** Of the whole site. */
  whereabouts: Whereabouts;
  signal: AbortSignal;
  /** Only `stats`, never anything along with it (for measurements). */
  statsOnly: boolean;
}

/** One container: its slots, its cooling loop, and how one poll of them becomes a frame. */
export class ContainerPoll {
  readonly container: Container;
  readonly #parts: ContainerPollParts;
  readonly #index: number;
  readonly #slots: Slot[];
  readonly #devices: Device<MinerReading>[];
  readonly #slotOf: Map<Device<MinerReading>, Slot>;
  readonly #loop: LoopPoll;
  readonly #tidings: Tidings;
  readonly #strangers = new Strangers();
  /** By the latest poll: slots whose readings were nobody's, and those that hold a miner of their own. */
  #withheld: ReadonlySet<string> = new Set();
  #judged: ReadonlySet<Slot> = new Set();
  readonly #errors = new MinerErrors<Slot>();
  #polls = 0;
  #news = new Set<Slot>();
  #answering = 0;
  #at: number | null = null;
  #tookMs = 0;
  /** Of the last frame, by position. */
  #last: Pick<ContainerFrame, 'status' | 'columns'> = { status: [], columns: {} };

  constructor(container: Container, index: number, parts: ContainerPollParts) {
    this.container = container;
    this.#index = index;
    this.#parts = parts;
    this.#slots = container.addresses.map(
      (host, i) => new Slot(minerIdOf(container.id, i + 1), i + 1, { host, port: container.port }),
    );
    this.#devices = this.#slots.map((slot) => slot.device);
    this.#slotOf = new Map(this.#slots.map((slot) => [slot.device, slot]));
    this.#tidings = new Tidings(container.id, parts.clock);
    this.#loop = new LoopPoll(container, index, parts, this.#tidings);
  }

  /** The facts of the site file and every slot with its address, for the start. */
  inventory(): NewBatch {
    return containerInventory(this.#parts.site.project, this.container, this.#slots, this.#parts.clock.wall());
  }

  state(): ContainerState {
    const { expected, values } = this.#loop.state;
    return {
      container: this.container.id,
      miners: this.#slots.length,
      answering: this.#answering,
      cooling: expected ? (values ? 'answers' : 'silent') : null,
      at: this.#at,
      tookMs: Math.round(this.#tookMs),
    };
  }

  /** Its miners one by one. */
  miners(): MinerState[] {
    const { status, columns } = this.#last;
    return this.#slots.map(({ device, position, address, identity, definition }, i) => ({
      id: device.id,
      position,
      address: address.host,
      ...identity,
      status: MINER_STATUSES[status[i] ?? 0] ?? 'unknown',
      hashrateThs: columns.hashrate_ths?.[i] ?? null,
      temperatureC: columns.temp_board_c?.[i] ?? null,
      definition,
    }));
  }

  /** Reads the whole container once. Returns its frame and whatever else is to be told; nothing when stopped midway. */
  async poll(): Promise<NewBatch[]> {
    const { clock, site, signal } = this.#parts;
    const at = clock.wall();
    const begun = clock.mono();
    const boards = this.#boardsDue();
    const extras = this.#extrasDue();
    const builder = new ContainerFrameBuilder(this.#slots.length, { boards, pools: extras });
    this.#polls++;
    await Promise.all([this.#readMiners(builder, { boards, extras }), this.#loop.read(begun)]);
    // Half a container is not a reading of it: what was not asked must not be told as silent.
    if (signal.aborted) return [];
    this.#at = at;
    this.#tookMs = clock.mono() - begun;
    this.#judgeIdentities(builder);
    this.#wakeNeighbours(builder.answering);
    const head = { project: site.project, at, intervalMs: site.poll.intervalMs };
    const frame = builder.frame(head, {
      container: this.container.id,
      cooling: this.#loop.state,
      counters: this.#countersDue(),
    });
    const { hashrate_ths = [], temp_board_c = [] } = frame.columns;
    this.#last = { status: frame.status, columns: { hashrate_ths, temp_board_c } };
    return [framesBatch([frame], at), ...this.#told(at)];
  }

  /** By turns like the extras; and at once with the first poll, and when a counter began anew. */
  #countersDue(): boolean {
    const poll = this.#polls - 1;
    return poll === 0 || this.#tidings.hasRestart || (poll + this.#index) % this.#parts.site.poll.countersEvery === 0;
  }

  /** By turns like the extras; and at once with the first poll. */
  #boardsDue(): boolean {
    return this.#polls === 0 || (this.#polls + this.#index) % BOARDS_EVERY === 0;
  }

  #extrasDue(): boolean {
    return !this.#parts.statsOnly && (this.#polls + this.#index) % EXTRAS_EVERY === 0;
  }

  async #readMiners(builder: ContainerFrameBuilder, due: { boards: boolean; extras: boolean }): Promise<void> {
    const { gatherer, miners, tally, signal, site, statsOnly } = this.#parts;
    const { boards, extras } = due;
    const ask = (slot: Slot): Ask => ({
      summary: extras,
      pools: extras,
      version: slot.wantsVersion && !statsOnly,
      boards,
    });
    // stats in both styles, and up to three more. A make that answers more commands answers each within a fraction of it,
    // and one that misses a deadline is not asked on.
    const requests = extras ? 5 : 3;
    await gatherer.gather({
      devices: this.#devices,
      take: (index, reading) => builder.take(index, reading),
      lane: 'fast',
      deadlineMs: requests * site.poll.timeoutMs,
      read: async (device) => {
        signal.throwIfAborted();
        const slot = this.#slotOf.get(device)!;
        const reading = await miners.read(slot.address, ask(slot), signal);
        this.#observe(slot, reading);
        return reading;
      },
      failed: (device, reason) => {
        if (signal.aborted) return;
        tally.failed(device.id, reason);
        const stranger = this.#strangers.failed(device.id, reason, this.#parts.clock.mono());
        if (stranger !== null) this.#tidings.stranger(this.#slotOf.get(device)!, stranger);
      },
    });
  }

  #observe(slot: Slot, reading: MinerReading): void {
    this.#parts.tally.repaired(reading.repaired);
    this.#strangers.known(slot.device.id);
    const { learnt, restarted } = slot.observe(reading);
    if (learnt) this.#news.add(slot);
    if (restarted) this.#tidings.restarted(slot);
    const codes = this.#errors.changed(slot, reading.errors);
    if (codes !== null) this.#tidings.errors(slot, codes);
  }

  /**
   * Looks whether each slot holds a miner of its own. Where what answers is, or may be, the miner of another slot, its
   * readings are nobody's: they leave the frame, and its identity is not told. (What answered in time alone counts: a
   * reading that came too late stands in no frame.)
   */
  #judgeIdentities(builder: ContainerFrameBuilder): void {
    const seen = this.#slots.map(({ device, identity }, i) => ({
      slot: device.id,
      state: builder.hasAnswered(i) ? ('answered' as const) : device.dead ? ('silent' as const) : ('missed' as const),
      hardware: hardwareOf(identity),
    }));
    const { withheld, findings } = this.#parts.whereabouts.judge(seen, this.#parts.clock.mono());
    this.#slots.forEach((slot, i) => {
      const { id } = slot.device;
      if (withheld.has(id)) builder.withhold(i);
      // What was not told meanwhile is to be told now.
      else if (this.#withheld.has(id) && builder.hasAnswered(i)) this.#news.add(slot);
    });
    this.#tidings.forget(withheld);
    this.#judged = new Set(this.#slots.filter((slot, i) => builder.hasAnswered(i) && !withheld.has(slot.device.id)));
    for (const slot of this.#news) if (withheld.has(slot.device.id)) this.#news.delete(slot);
    this.#withheld = withheld;
    for (const finding of findings)
      this.#tidings.found(finding, this.#slots.find(({ device }) => device.id === finding.slot)!);
  }

  /** Where one dead miner is back, its neighbours may be too (a breaker, a switch): all are asked next time. */
  #wakeNeighbours(answering: number): void {
    if (answering > this.#answering) for (const device of this.#devices) device.wake();
    this.#answering = answering;
  }

  /** Identities learnt and things that happened since the last poll. */
  #told(at: number): NewBatch[] {
    const { site } = this.#parts;
    const batches = eventBatches(site.project, this.#tidings.take(), at);
    // What came too late for the frame is not judged yet: it waits for the next one.
    const told = [...this.#news].filter((slot) => this.#judged.has(slot));
    if (told.length > 0) {
      const slots = told.sort((a, b) => a.position - b.position);
      batches.push(containerInventory(site.project, this.container, slots, at));
    }
    for (const slot of told) this.#news.delete(slot);
    return batches;
  }
}
