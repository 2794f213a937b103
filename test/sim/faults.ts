import { z } from 'zod';
import type { Layout } from './layout.ts';
import { hash } from './random.ts';

/**
 * Faults by request. A fault has a target, a kind and a time from which it acts; removing it ends it but keeps it
 * in the history, because temperatures and counters remember. What a fault does to the values is physics.ts.
 */

/**
 * What may befall a miner.
 *
 * - `dead`: three kinds in equal parts, `refuses`, `silent` and `swallowed`
 * - `refuses`: the connection is reset at once (a real refusal where a firewall is at hand, see swallow.ts)
 * - `silent`: accepts and never answers
 * - `swallowed`: the SYN gets no answer (where no firewall is at hand: as `silent`)
 * - `slow`: answers after `delay_ms`, 2 s unless told; `dribbling`: one byte a second
 * - `garbled`: answers with the `malformation` named, a random one unless told
 * - `rebooting`: refuses for two minutes, then starts anew
 * - `overheating`: 32 K hotter within minutes, throttled by a tenth
 * - `hashrate-drop`: hashes at `factor` of its rate, 0.6 unless told; `board-lost`: without its third board
 * - `asleep`: answers, hashes nothing, says `miner-mode` 1
 * - `wrong-identity`: answers with the serial numbers and the MAC of the next miner
 * - `exchanged`: the miners of positions 1 and 2, 3 and 4 ... stand in each other's place (where both are struck)
 * - `cloned`: answers with the serial numbers of the next miner, and a MAC of its own
 * - `replaced`: another machine stands there, one that was never seen
 * - `updated`: runs another firmware
 * - `wrong-pool`: hashes for somebody else's account at another pool; `wrong-worker`: for that account at the site's own
 */
const MINER_FAULTS = [
  'dead',
  'refuses',
  'silent',
  'swallowed',
  'slow',
  'dribbling',
  'garbled',
  'rebooting',
  'overheating',
  'hashrate-drop',
  'board-lost',
  'asleep',
  'wrong-identity',
  'exchanged',
  'cloned',
  'replaced',
  'updated',
  'wrong-pool',
  'wrong-worker',
] as const;

/**
 * What may befall a container: `pump-stop` (no flow; the miners trip within two minutes, the water warms), `leak`
 * (pressure, level and flow fall), `cooler-stop` (the supply warms by up to 12 K), `controller-silent`, `flow-misread` (the
 * flow meter shows `factor` of what flows).
 */
const CONTAINER_FAULTS = ['pump-stop', 'leak', 'cooler-stop', 'controller-silent', 'flow-misread'] as const;

/** `trip`: its containers go dark; the meter, fed from the station's battery, reads 0 kW. */
const TRANSFORMER_FAULTS = ['trip'] as const;

/** `meter-reset`: the energy counters begin again at 0. */
const METER_FAULTS = ['meter-reset', 'meter-silent'] as const;

export type FaultKind =
  | (typeof MINER_FAULTS)[number]
  | (typeof CONTAINER_FAULTS)[number]
  | (typeof TRANSFORMER_FAULTS)[number]
  | (typeof METER_FAULTS)[number];

/** How a reply may be malformed; `malform.ts` makes them. */
export const MALFORMATIONS = [
  'missing-comma',
  'bare-nan',
  'text-nan',
  'twice',
  'duplicate-keys',
  'truncated',
  'stray-commas',
  'line-feeds',
  'connect-failed',
  'nonsense',
  'no-nul',
  'many-nuls',
  'empty',
  'noise',
  'huge',
] as const;
export type Malformation = (typeof MALFORMATIONS)[number];

export const FaultRequest = z.strictObject({
  /** `site`, or the id of a container, miner, transformer or meter. A wider target means all that stand in it. */
  target: z.string().min(1).max(64),
  kind: z.enum([...MINER_FAULTS, ...CONTAINER_FAULTS, ...TRANSFORMER_FAULTS, ...METER_FAULTS]),
  /** The part of the miners (or containers, transformers, meters) in the target that is struck, by lot. */
  share: z.number().gt(0).max(1).default(1),
  /** Ends by itself after so many simulated seconds. */
  for_s: z.number().positive().optional(),
  delay_ms: z.number().min(0).max(600_000).default(2000),
  factor: z.number().min(0).max(2).default(0.6),
  malformation: z.enum([...MALFORMATIONS, 'random']).default('random'),
});
export type FaultRequest = z.input<typeof FaultRequest>;

export interface Fault extends z.output<typeof FaultRequest> {
  id: number;
  /** Simulated time, ms. */
  since: number;
  /** When it was or will be over; infinity while nobody knows. */
  until: number;
}

/** In what way a dead miner is dead, by lot in equal parts. */
const WAYS_TO_BE_DEAD = ['refuses', 'silent', 'swallowed'] as const;

type Subject = 'miner' | 'container' | 'transformer';

/** A fault with the numbers of those it strikes. */
interface Strike {
  fault: Fault;
  subject: Subject;
  /** The first number of the target: a miner's index, a container's or transformer's number. */
  first: number;
  /** 0 where not struck, else 1 to 3, which also chooses the way to be dead. */
  lots: Uint8Array;
}

/** A fault that cannot be: what was asked for and what is possible. */
export class FaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FaultError';
  }
}

const NONE: readonly Fault[] = [];

/** All faults, past and present, found by whom they strike. */
export class Faults {
  readonly #layout: Layout;
  readonly #seed: number;
  #lastId = 0;
  /** Strikes on miners, by container; on containers and transformers, by number. */
  readonly #onMiners = new Map<number, Strike[]>();
  readonly #onContainers = new Map<number, Fault[]>();
  readonly #onTransformers = new Map<number, Fault[]>();
  readonly #all = new Map<number, Strike>();

  constructor(layout: Layout, seed: number) {
    this.#layout = layout;
    this.#seed = seed;
  }

  /** Adds a fault that acts from `now` on. Throws FaultError, or a ZodError for a request of the wrong shape. */
  add(request: FaultRequest, now: number): Fault {
    const asked = FaultRequest.parse(request);
    const subject = subjectOf(asked.kind);
    const [first, count] = this.#range(subject, asked.target.toUpperCase(), asked.kind);
    const id = ++this.#lastId;
    const ends = asked.for_s ?? (asked.kind === 'rebooting' ? REBOOT_S : Number.POSITIVE_INFINITY);
    const fault: Fault = { ...asked, id, since: now, until: now + ends * 1000 };
    const strike: Strike = { fault, subject, first, lots: drawLots(hash(this.#seed, id), count, asked.share) };
    this.#all.set(id, strike);
    this.#file(strike);
    return fault;
  }

  /** Ends a fault; false when there is none of that id that still acts. */
  remove(id: number, now: number): boolean {
    const fault = this.#all.get(id)?.fault;
    if (!fault || fault.until <= now) return false;
    fault.until = now;
    return true;
  }

  /** Ends them all and says how many. */
  clear(now: number): number {
    return this.active(now).filter((fault) => this.remove(fault.id, now)).length;
  }

  active(now: number): Fault[] {
    return [...this.#all.values()].map((strike) => strike.fault).filter((fault) => isActive(fault, now));
  }

  /** Every fault that ever struck the miner, oldest first; nothing is allocated where there is none. */
  ofMiner(index: number): readonly Fault[] {
    const strikes = this.#onMiners.get(this.#layout.containerOf(index));
    if (!strikes) return NONE;
    return strikes.filter((strike) => strike.lots[index - strike.first]).map((strike) => strike.fault);
  }

  ofContainer(container: number): readonly Fault[] {
    return this.#onContainers.get(container) ?? NONE;
  }

  /** Faults of a transformer and of its meter. */
  ofTransformer(transformer: number): readonly Fault[] {
    return this.#onTransformers.get(transformer) ?? NONE;
  }

  /** Whether anything ever struck a transformer, its containers or their miners so that power changed. */
  firstOn(transformer: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (const fault of this.ofTransformer(transformer)) first = Math.min(first, fault.since);
    for (const container of this.#layout.containersOn(transformer)) {
      for (const fault of this.ofContainer(container)) first = Math.min(first, fault.since);
      for (const { fault } of this.#onMiners.get(container) ?? []) first = Math.min(first, fault.since);
    }
    return first;
  }

  /** In what way the fault makes this miner unreachable; null when it does not. */
  wayOf(fault: Fault, index: number): 'refuses' | 'silent' | 'swallowed' | null {
    switch (fault.kind) {
      case 'refuses':
      case 'silent':
      case 'swallowed':
        return fault.kind;
      case 'rebooting':
        return 'refuses';
      case 'dead': {
        const strike = this.#all.get(fault.id);
        const lot = strike?.lots[index - strike.first] ?? 0;
        return WAYS_TO_BE_DEAD[lot - 1] ?? null;
      }
      default:
        return null;
    }
  }

  /**
   * The miners that faults make unreachable now, by the way in which: what a firewall has to know. Where two faults
   * meet a miner may stand in both.
   */
  unreachable(now: number): { refuses: number[]; swallowed: number[] } {
    const found = { refuses: [] as number[], swallowed: [] as number[] };
    for (const { fault, subject, first, lots } of this.#all.values()) {
      if (!isActive(fault, now)) continue;
      for (let i = 0; i < lots.length; i++) {
        if (!lots[i]) continue;
        const way = subject === 'miner' ? this.wayOf(fault, first + i) : null;
        if (way === 'refuses' || way === 'swallowed') found[way].push(first + i);
        if (fault.kind === 'trip') found.swallowed.push(...this.#minersBehind(first + i));
      }
    }
    return found;
  }

  #minersBehind(transformer: number): number[] {
    const { minersPerContainer } = this.#layout;
    return this.#layout.containersOn(transformer).flatMap((container) => {
      const first = this.#layout.indexOf(container, 1);
      return Array.from({ length: minersPerContainer }, (_, i) => first + i);
    });
  }

  /** The numbers that a target covers: the first one and how many. */
  #range(subject: Subject, target: string, kind: FaultKind): [number, number] {
    const layout = this.#layout;
    const range = (containers: number[]): [number, number] => {
      const [from = 1, to = from] = containers;
      if (subject === 'container') return [from, to - from + 1];
      return [layout.indexOf(from, 1), (to - from + 1) * layout.minersPerContainer];
    };
    if (target === 'SITE') {
      return subject === 'transformer' ? [1, layout.transformers] : range([1, layout.containers]);
    }
    const parts = new RegExp(`^${layout.prefix}-(?:([TEC])(\\d+)|C(\\d+)-M(\\d+))$`).exec(target);
    const letter = parts?.[1];
    const n = Number(parts?.[2] ?? parts?.[3]);
    if ((letter === 'T' || letter === 'E') && n >= 1 && n <= layout.transformers) {
      if (subject === 'transformer') return [n, 1];
      if (letter === 'T') return range(layout.containersOn(n));
    }
    if (letter === 'C' && n >= 1 && n <= layout.containers && subject !== 'transformer') return range([n]);
    const position = Number(parts?.[4]);
    if (
      subject === 'miner' &&
      n <= layout.containers &&
      n >= 1 &&
      position >= 1 &&
      position <= layout.minersPerContainer
    )
      return [layout.indexOf(n, position), 1];
    throw new FaultError(
      `fault ${kind}: no ${subject} at target ${target}; give site or an id such as ${this.#example(subject)}`,
    );
  }

  #example(subject: Subject): string {
    if (subject === 'transformer') return this.#layout.transformerId(1);
    return subject === 'container' ? this.#layout.containerId(1) : this.#layout.minerId(0);
  }

  #file(strike: Strike): void {
    const { subject, first, lots, fault } = strike;
    if (subject === 'miner') {
      const from = this.#layout.containerOf(first);
      const to = this.#layout.containerOf(first + lots.length - 1);
      for (let container = from; container <= to; container++) push(this.#onMiners, container, strike);
      return;
    }
    const map = subject === 'container' ? this.#onContainers : this.#onTransformers;
    for (let i = 0; i < lots.length; i++) if (lots[i]) push(map, first + i, fault);
  }
}

const REBOOT_S = 120;

export function isActive(fault: Fault, t: number): boolean {
  return t >= fault.since && t < fault.until;
}

/**
 * How far an effect with the time constant `tauS` (simulated seconds) has come at `t`: from 0 towards 1 while the
 * fault lasts, back towards 0 afterwards.
 */
export function progress(fault: Fault, t: number, tauS: number): number {
  if (t <= fault.since) return 0;
  const tau = tauS * 1000;
  const risen = 1 - Math.exp(-(Math.min(t, fault.until) - fault.since) / tau);
  return t <= fault.until ? risen : risen * Math.exp(-(t - fault.until) / tau);
}

function subjectOf(kind: FaultKind): Subject {
  if ((MINER_FAULTS as readonly string[]).includes(kind)) return 'miner';
  return (CONTAINER_FAULTS as readonly string[]).includes(kind) ? 'container' : 'transformer';
}

/** Strikes exactly round(share * count) of `count`, at least one, the three lots in equal parts. */
function drawLots(seed: number, count: number, share: number): Uint8Array {
  const lots = new Uint8Array(count);
  const order = Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => hash(seed, a) - hash(seed, b) || a - b);
  const struck = Math.max(1, Math.round(share * count));
  order.slice(0, struck).forEach((i, rank) => {
    lots[i] = 1 + (rank % WAYS_TO_BE_DEAD.length);
  });
  return lots;
}

function push<V>(map: Map<number, V[]>, key: number, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
