import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';
import { formatIpv4 } from '../config/addresses.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import { AddressSet } from './address-set.ts';
import type { Closed, FoundDevice, ScanResult } from './device.ts';
import { type ExpectedUnit, Identifier } from './identify.ts';
import { type Heard, type Port, Sweep } from './sweep.ts';
import { Turnstile } from './turnstile.ts';

export interface ScanOptions {
  addresses: AddressSet;
  ports: readonly Port[];
  profiles: Profiles;
  /** The Modbus devices the site file expects at an address and port. */
  unitsAt: (ip: string, port: number) => readonly ExpectedUnit[];
  /** Addresses asked at once; 256. */
  width?: number;
  /** The most addresses a second; 500. */
  rate?: number;
  /** The longest a connection may take, ms; 1500. */
  timeoutMs?: number;
  clock: Clock;
  signal: AbortSignal;
}

/** How far a sweep is. */
export interface ScanProgress {
  look: number;
  total: number;
  done: number;
  /** Addresses asked so far, in both looks. */
  asked: number;
  /** Ports that answered as a device does, and how many of them were identified. */
  answering: number;
  identified: number;
  models: ReadonlyMap<string, number>;
  paused: boolean;
  elapsedMs: number;
}

/** Failures that another attempt does not mend: DeviceErrorCodes. */
const LASTING: ReadonlySet<string> = new Set(['access_denied', 'unsupported', 'wrong_device']);
/** Devices identified at once. */
const IDENTIFYING = 64;

/**
 * A sweep and what it found: who answers, then who it is. The two go on side by side; identifying never holds up the
 * sweep. Writes nothing anywhere.
 */
export class Scan {
  readonly #options: ScanOptions;
  readonly #turnstile: Turnstile;
  readonly #sweep: Sweep;
  readonly #identifier: Identifier;
  readonly #devices: FoundDevice[] = [];
  readonly #closed: Closed[] = [];
  readonly #waiting: Heard[] = [];
  readonly #again: Heard[] = [];
  #calm = false;
  readonly #running = new Set<Promise<void>>();
  readonly #models = new Map<string, number>();
  #startedAt = 0;
  /** Where something answered. */
  readonly #answering = new Set<string>();
  #identified = 0;
  #late = 0;
  #fault: unknown = null;

  constructor(options: ScanOptions) {
    this.#options = options;
    const { clock, signal, width = 256, rate = 500, timeoutMs = 1500 } = options;
    setMaxListeners(0, signal);
    this.#turnstile = new Turnstile(clock, rate, signal);
    this.#identifier = new Identifier(options);
    this.#sweep = new Sweep({
      ...options,
      width,
      timeoutMs,
      turnstile: this.#turnstile,
      unitAt: (ip, port) => options.unitsAt(ip, port)[0]?.unit ?? 1,
      onHeard: (heard) => this.#onHeard(heard),
    });
  }

  pause(): void {
    this.#turnstile.shut();
  }

  resume(): void {
    this.#turnstile.open();
  }

  progress(): ScanProgress {
    return {
      ...this.#sweep.state,
      answering: this.#answering.size,
      identified: this.#identified,
      models: this.#models,
      paused: this.#turnstile.isShut,
      elapsedMs: this.#options.clock.mono() - this.#startedAt,
    };
  }

  /** Runs to its end; interrupted, it returns what it has, `complete: false`. */
  async run(): Promise<ScanResult> {
    const { clock, signal, addresses } = this.#options;
    const startedAt = clock.wall();
    this.#startedAt = clock.mono();
    try {
      await this.#sweep.run();
      await this.#drained();
      // What failed while the sweep was at its busiest is asked once more, in calm.
      this.#calm = true;
      this.#waiting.push(...this.#again.splice(0));
      await this.#drained();
    } catch (error) {
      if (!signal.aborted) throw error;
      await Promise.allSettled(this.#running);
    }
    if (this.#fault !== null) throw this.#fault;
    // A miner that refuses Modbus is not worth a word.
    const known = new Set(this.#devices.map(({ ip }) => ip));
    return {
      started_at: new Date(startedAt).toISOString(),
      took_ms: Math.round(clock.mono() - this.#startedAt),
      complete: !signal.aborted,
      ranges: (signal.aborted ? this.#finished(known) : addresses).texts(),
      addresses: addresses.size,
      devices: this.#devices,
      closed: this.#closed.filter(({ ip }) => !known.has(ip)),
      late: this.#late,
    };
  }

  /** Waits until everyone who waits is identified. */
  async #drained(): Promise<void> {
    for (let i = 0; i < IDENTIFYING; i++) this.#identifyNext();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** What an interrupted sweep is done with: not those that answer and were not identified any more. */
  #finished(known: ReadonlySet<string>): AddressSet {
    const { ports } = this.#options;
    const cutShort = (ip: string): boolean =>
      !known.has(ip) && ports.some(({ port }) => this.#answering.has(`${ip}:${port}`));
    const finished = this.#sweep.finished.filter((address) => !cutShort(formatIpv4(address)));
    return AddressSet.of([], [], finished);
  }

  #onHeard(heard: Heard): void {
    const { ip, port, kind, answer } = heard;
    // Behind a gateway other units than the one that was asked may be there.
    const isDevice = answer === 'answers' || (answer === 'gateway' && this.#options.unitsAt(ip, port).length > 0);
    if (!isDevice) {
      if (answer !== 'silent') this.#closed.push({ ip, port, kind, answer });
      return;
    }
    this.#answering.add(`${ip}:${port}`);
    if (this.#sweep.state.look === 2) this.#late++;
    this.#waiting.push(heard);
    this.#identifyNext();
  }

  #identifyNext(): void {
    if (this.#running.size >= IDENTIFYING || this.#options.signal.aborted) return;
    const next = this.#waiting.shift();
    if (!next) return;
    const work = this.#identify(next).finally(() => {
      this.#running.delete(work);
      this.#identifyNext();
    });
    this.#running.add(work);
  }

  async #identify(heard: Heard): Promise<void> {
    try {
      const found = await this.#identifier.identify(heard);
      if (!this.#calm && found.some(({ problem }) => problem !== null && !LASTING.has(problem))) {
        this.#again.push(heard);
        return;
      }
      this.#devices.push(...found);
      this.#identified++;
      for (const { model, definition, kind } of found) {
        const name = model ?? (kind === 'modbus' ? (definition ?? 'Modbus device') : 'not recognised');
        this.#models.set(name, (this.#models.get(name) ?? 0) + 1);
      }
    } catch (error) {
      if (!this.#options.signal.aborted) this.#fault ??= error;
    }
  }
}
