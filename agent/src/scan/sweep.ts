import type { Clock } from '../clock.ts';
import { formatIpv4 } from '../config/addresses.ts';
import type { AddressSet } from './address-set.ts';
import { type Answer, ask, MINER, modbusQuestion, type Patience } from './probe.ts';
import type { Turnstile } from './turnstile.ts';

/** A port that is asked at every address, and as what. */
export interface Port {
  kind: 'miner' | 'modbus';
  port: number;
}

/** What one port of an address said. */
export interface Heard extends Port {
  ip: string;
  answer: Answer;
}

export interface SweepOptions {
  addresses: AddressSet;
  ports: readonly Port[];
  /** The Modbus unit to ask at an address and port. */
  unitAt: (ip: string, port: number) => number;
  /** Addresses asked at once, all their ports together. */
  width: number;
  /** How long a connection of the second look may take, ms; the first look's a third of it. */
  timeoutMs: number;
  turnstile: Turnstile;
  clock: Clock;
  signal: AbortSignal;
  /** Hears of every port that did not stay silent, as soon as its address is done with. */
  onHeard: (heard: Heard) => void;
}

export interface SweepState {
  /** 1 or 2. */
  look: number;
  /** Addresses of this look, and how many of them are done. */
  total: number;
  done: number;
  /** Addresses asked so far, in both looks. */
  asked: number;
}

/** After a fault of this machine a place rests before it goes on, ms. */
const REST_MS = 250;

/** An address and which of its ports are still to be asked. */
interface Open {
  address: number;
  ports: readonly Port[];
}

/**
 * Who is there: every address asked on all its ports at once, `width` addresses at a time.
 *
 * Two looks. The first is short, because most of a range is nobody, and finds all that answers promptly; the second
 * waits three times as long and asks where no device answered, on the ports that had nothing to say: a switch that
 * learns, a busy miner. At 256 wide and 1.5 s a silent /16 takes 2.2 + 6.4 min.
 */
export class Sweep {
  readonly #options: SweepOptions;
  /** The addresses that are done with, whatever they said. */
  readonly finished: number[] = [];
  readonly state: SweepState = { look: 1, total: 0, done: 0, asked: 0 };

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  /** Throws the signal's reason when aborted; what was heard until then was told. */
  async run(): Promise<void> {
    const { addresses, width, timeoutMs } = this.#options;
    const stride = Math.max(1, Math.ceil(addresses.size / width));
    const short = { connectMs: timeoutMs / 3, replyMs: timeoutMs };
    const left: Open[] = [];
    await this.#look(1, addresses.size, this.#everyone(stride), short, (open, heard) => {
      const found = heard.some(({ answer }) => answer === 'answers');
      const quiet = found ? [] : heard.filter(({ answer }) => !SETTLED.has(answer));
      this.#tell(heard.filter((one) => !quiet.includes(one)));
      // Most are silent throughout: these share one list.
      if (quiet.length === 0) this.finished.push(open.address);
      else if (quiet.length === heard.length) left.push(open);
      else left.push({ ...open, ports: quiet.map(({ kind, port }) => ({ kind, port })) });
    });
    const long = { connectMs: timeoutMs, replyMs: 3 * timeoutMs };
    await this.#look(2, left.length, left, long, ({ address }, heard) => {
      this.finished.push(address);
      this.#tell(heard);
    });
  }

  *#everyone(stride: number): Generator<Open> {
    for (const address of this.#options.addresses.spread(stride)) yield { address, ports: this.#options.ports };
  }

  #tell(heard: readonly Heard[]): void {
    for (const one of heard) if (one.answer !== 'silent') this.#options.onHeard(one);
  }

  async #look(
    look: number,
    total: number,
    opens: Iterable<Open>,
    patience: Patience,
    done: (open: Open, heard: Heard[]) => void,
  ): Promise<void> {
    const { width, turnstile, signal, clock } = this.#options;
    Object.assign(this.state, { look, total, done: 0 });
    const iterator = opens[Symbol.iterator]();
    const place = async (): Promise<void> => {
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        await turnstile.pass();
        const heard = await this.#ask(next.value, patience);
        signal.throwIfAborted();
        this.state.done++;
        this.state.asked++;
        done(next.value, heard);
        if (heard.some(({ answer }) => answer === 'blocked')) await clock.sleep(REST_MS, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, Math.max(1, total)) }, place));
  }

  #ask({ address, ports }: Open, patience: Patience): Promise<Heard[]> {
    const { unitAt, signal } = this.#options;
    const ip = formatIpv4(address);
    return Promise.all(
      ports.map(async ({ kind, port }): Promise<Heard> => {
        const question = kind === 'miner' ? MINER : modbusQuestion(unitAt(ip, port));
        return { kind, port, ip, answer: await ask(ip, port, question, patience, signal) };
      }),
    );
  }
}

/** Nothing more is to be learnt by asking longer. */
const SETTLED: ReadonlySet<Answer> = new Set(['answers', 'gateway', 'refused', 'foreign']);
