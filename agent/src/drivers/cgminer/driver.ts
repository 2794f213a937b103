import { type DeviceAddress, DeviceError, type DeviceErrorCode, type MinerReading } from '../driver.ts';
import { CgminerClient } from './client.ts';
import { ANTMINER_ASKS, type MinerDefinition } from './definition.ts';
import { boardsOf, statusOfMiner, valuesOf } from './reading.ts';
import { MinerRegistry } from './registry.ts';
import { isWholeReply } from './reply.ts';
import { NO_SUCH_COMMAND, type Style, Visit } from './visit.ts';

/** What to ask beside what every poll asks. */
export interface MinerAsk {
  summary: boolean;
  pools: boolean;
  /** Who it is, and anew how it answers. */
  version: boolean;
  /** The boards one by one. */
  boards?: boolean;
}

export interface CgminerDriverOptions {
  /** For one request from connect to the last byte, ms. A read is one to some ten requests, one after another. */
  deadlineMs: number;
  /** For the connect alone, ms. */
  connectTimeoutMs: number;
  /** Largest reply believed, bytes. */
  maxBytes?: number;
  /** The definitions to recognise miners by; the shipped ones unless given. */
  registry?: MinerRegistry;
}

/** What a miner of unknown style may answer to the newer one because it does not understand it. */
const NOT_UNDERSTOOD: ReadonlySet<DeviceErrorCode> = new Set([
  'unsupported',
  'access_denied',
  'device_error',
  'malformed',
  'closed',
]);

/** What is remembered of an address from one reading to the next. */
interface Known {
  /** Null before the first answer to `stats`. */
  style: Style | null;
  /** Null before the first reading. */
  definition: MinerDefinition | null;
  /** By what it was recognised. Not every reply names the model or the program. */
  type: string | null;
  program: string | null;
  make: string | null;
  /** Commands of an ordinary poll that its firmware refuses. */
  refused: string[];
}

/**
 * Reads miners over the CGMiner API. The first reading asks `stats` (newer style first, classic where that is refused or
 * not understood), and `summary` where `stats` holds no rate; that tells which definition the miner is of, and the
 * definition tells what else to ask. What worked is remembered per address.
 */
export class CgminerDriver {
  readonly #client: CgminerClient;
  readonly #registry: MinerRegistry;
  readonly #known = new Map<string, Known>();

  constructor(options: CgminerDriverOptions) {
    this.#client = new CgminerClient(options, isWholeReply);
    this.#registry = options.registry ?? MinerRegistry.load();
  }

  /**
   * Reads one miner once. Throws `DeviceError` when its first command (`stats`, or `summary` in its place) gave nothing
   * usable; what else was asked and did not come stands in `missed`. An abort throws the signal's reason.
   */
  async read(address: DeviceAddress, ask: MinerAsk, signal?: AbortSignal): Promise<MinerReading> {
    const visit = new Visit(this.#client, address, signal);
    const known = this.#remembered(visit.key, ask.version);
    const { seen, missed } = visit;

    await this.#first(visit, known);
    this.#known.set(visit.key, known);
    const definition = this.#recognise(visit, known);
    if (definition.asks !== undefined || wantsMore(ask, visit)) await this.#rest(visit, known, definition, ask);

    // What came later may name the model (`config`, `devdetails`), and with it the boards.
    const found = this.#recognise(visit, known);
    const status = statusOfMiner(seen, found);
    if (status === null) throw noRate(visit.key);
    const boards = ask.boards ? boardsOf(seen, found) : null;
    return {
      status,
      values: valuesOf(seen, found),
      ...(boards !== null && { boards }),
      identity: { model: seen.type, serial: seen.serial, mac: seen.mac, firmware: seen.firmware },
      pool: seen.pool,
      ...(seen.errors !== null && { errors: seen.errors }),
      repaired: [...seen.repaired],
      definition: found.id,
      ...(missed.length > 0 && { missed }),
    };
  }

  /** What is known of an address that has answered. Asked for the version, as after a restart, it begins anew. */
  #remembered(key: string, anew: boolean): Known {
    const before = anew ? undefined : this.#known.get(key);
    if (before !== undefined) return before;
    return { style: null, definition: null, type: null, program: null, make: null, refused: [] };
  }

  /** The definition by all that is known of the miner, remembered with it. */
  #recognise({ seen }: Visit, known: Known): MinerDefinition {
    const type = seen.type ?? known.type;
    const program = seen.program ?? known.program;
    const make = seen.make ?? known.make;
    if (known.definition === null || type !== known.type || program !== known.program || make !== known.make) {
      known.definition = this.#registry.recognise(type, program, make);
      known.type = type;
      known.program = program;
      known.make = make;
    }
    return known.definition;
  }

  /** Asks what must be answered: the first command of a known definition, else `stats`, else `summary`. */
  async #first(visit: Visit, known: Known): Promise<void> {
    const first = known.definition?.asks?.poll[0] ?? 'stats';
    if (first !== 'stats') {
      try {
        await visit.ask(first, 'classic');
        return;
      } catch (error) {
        // It knew the command before: another firmware runs on it now.
        if (error instanceof DeviceError && NO_SUCH_COMMAND.has(error.code)) this.#known.delete(visit.key);
        throw error;
      }
    }
    const refusal = await this.#stats(visit, known);
    const { seen } = visit;
    if (seen.rate === null && seen.asleep !== true) await this.#summaryInstead(visit, known, refusal);
    if (refusal !== null) visit.missed.unshift({ command: 'stats', code: refusal.code });
  }

  /** Asks `stats` in the style that works here. Returns the refusal of a device that has no such command. */
  async #stats(visit: Visit, known: Known): Promise<DeviceError | null> {
    if (known.style === 'none') return null;
    if (known.style !== 'classic') {
      try {
        known.style = await visit.ask('stats', 'new');
        return null;
      } catch (error) {
        // Where the newer style has worked, a cut reply is a cut reply: only a plain refusal changes the style.
        const turnsBack = known.style === 'new' ? NO_SUCH_COMMAND : NOT_UNDERSTOOD;
        if (!(error instanceof DeviceError) || !turnsBack.has(error.code)) throw error;
      }
    }
    try {
      known.style = await visit.ask('stats', 'classic');
      return null;
    } catch (error) {
      if (!(error instanceof DeviceError) || !NO_SUCH_COMMAND.has(error.code)) throw error;
      known.style = 'none';
      return error;
    }
  }

  /** Asks `summary` for the rate that `stats` does not hold. Refused both, the first refusal is the one to tell. */
  async #summaryInstead(visit: Visit, known: Known, refusal: DeviceError | null): Promise<void> {
    try {
      await visit.ask('summary', known.style ?? 'classic');
    } catch (error) {
      if (refusal !== null && error instanceof DeviceError && NO_SUCH_COMMAND.has(error.code)) throw refusal;
      throw error;
    }
  }

  /** Asks the rest of what its definition wants of this reading; none of it must come. */
  async #rest(visit: Visit, known: Known, { asks = ANTMINER_ASKS }: MinerDefinition, ask: MinerAsk): Promise<void> {
    const style = known.style ?? 'classic';
    const { seen } = visit;
    for (const command of asks.poll) {
      if (command === 'stats' || known.refused.includes(command)) continue;
      const code = await visit.ifThere(command, style);
      if (code !== null && NO_SUCH_COMMAND.has(code)) known.refused.push(command);
    }
    if (asks.idle && seen.rate === 0 && seen.asleep === null) await visit.allIfThere(asks.idle, style);
    if (ask.summary || ask.pools) await visit.allIfThere(asks.extras ?? extrasOf(ask), style);
    if (asks.boards && ask.boards) await visit.allIfThere(asks.boards, style);
    if (ask.version) await visit.allIfThere(asks.start ?? ['version'], style);
    if (asks.errors && seen.errors !== null && seen.errors.length > 0) {
      // Half of the codes would look like another set of them.
      if (!(await visit.allIfThere(asks.errors, style))) seen.errors = null;
    }
  }
}

/** Whether anything goes along with the one request of an ordinary poll of an Antminer. */
const wantsMore = ({ summary, pools, version }: MinerAsk, { seen }: Visit): boolean =>
  summary || pools || version || (seen.errors !== null && seen.errors.length > 0);

const extrasOf = ({ summary, pools }: MinerAsk): string[] => [
  ...(summary ? ['summary'] : []),
  ...(pools ? ['pools'] : []),
];

function noRate(key: string): DeviceError {
  return new DeviceError(
    'unsupported',
    key,
    `${key}: neither "stats" nor "summary" holds a hash rate; firmware unknown`,
  );
}
