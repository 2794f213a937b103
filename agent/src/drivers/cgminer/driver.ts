import { type DeviceAddress, DeviceError, type DeviceErrorCode, type MinerReading } from '../driver.ts';
import { CgminerClient } from './client.ts';
import { Observation } from './observation.ts';
import { isReply, observe } from './observe.ts';
import { boardsOf, statusOfMiner, valuesOf } from './reading.ts';
import { MinerRegistry } from './registry.ts';
import { isWholeReply, parseReply } from './reply.ts';
import { isNewStyle } from './sections/antminer.ts';

/** What to ask beside `stats`. */
export interface MinerAsk {
  summary: boolean;
  pools: boolean;
  version: boolean;
  /** The boards one by one, which `stats` tells too. */
  boards?: boolean;
}

export interface CgminerDriverOptions {
  /** For one request from connect to the last byte, ms. A read is one to five requests, one after another. */
  deadlineMs: number;
  /** For the connect alone, ms. */
  connectTimeoutMs: number;
  /** Largest reply believed, bytes. */
  maxBytes?: number;
  /** The definitions to recognise miners by; the shipped ones unless given. */
  registry?: MinerRegistry;
}

/** How a miner answers `stats`: with the flag of the newer style, without it, or not at all. */
type Style = 'new' | 'classic' | 'none';

/** What a miner of unknown style may answer to the newer one because it does not understand it. */
const NOT_UNDERSTOOD: ReadonlySet<DeviceErrorCode> = new Set([
  'unsupported',
  'access_denied',
  'device_error',
  'malformed',
  'closed',
]);
/** Refusals that say "this command, never", and not "not now". */
const NO_SUCH_COMMAND: ReadonlySet<DeviceErrorCode> = new Set(['unsupported', 'access_denied']);

/**
 * Reads miners over the CGMiner API. One read asks `stats` (newer style first, classic where that is refused or
 * not understood; what worked is remembered per address), and the rest on request. Where `stats` holds no hash
 * rate (cgminer itself, Braiins, Whatsminer), `summary` is asked as well.
 */
export class CgminerDriver {
  readonly #client: CgminerClient;
  readonly #registry: MinerRegistry;
  readonly #styles = new Map<string, Style>();

  constructor(options: CgminerDriverOptions) {
    this.#client = new CgminerClient(options, isWholeReply);
    this.#registry = options.registry ?? MinerRegistry.load();
  }

  /**
   * Reads one miner once. Throws `DeviceError` when `stats` (or `summary` in its place) gave nothing usable; what
   * else was asked and did not come stands in `missed`. An abort throws the signal's reason.
   */
  async read(address: DeviceAddress, ask: MinerAsk, signal?: AbortSignal): Promise<MinerReading> {
    const key = `${address.host}:${address.port}`;
    // After a restart another firmware may answer.
    if (ask.version) this.#styles.delete(key);
    const seen = new Observation();
    const missed: { command: string; code: DeviceErrorCode }[] = [];

    const refusal = await this.#stats(address, key, seen, signal);
    const style = this.#styles.get(key) === 'new' ? 'new' : 'classic';
    const optional = async (command: string, how: Style): Promise<void> => {
      try {
        await this.#ask(address, key, command, how, seen, signal);
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        missed.push({ command, code: error.code });
      }
    };
    const rateless = seen.rate === null && seen.asleep !== true;
    if (rateless) await this.#summaryInstead(address, key, style, seen, refusal, signal);
    else if (ask.summary) await optional('summary', style);
    if (ask.pools) await optional('pools', style);
    if (ask.version) await optional('version', 'classic');
    if (refusal !== null) missed.unshift({ command: 'stats', code: refusal.code });

    const definition = this.#registry.recognise(seen.type, seen.program);
    const status = statusOfMiner(seen, definition);
    if (status === null) {
      throw new DeviceError(
        'unsupported',
        key,
        `${key}: neither "stats" nor "summary" holds a hash rate; firmware unknown`,
      );
    }
    const boards = ask.boards ? boardsOf(seen, definition) : null;
    return {
      status,
      values: valuesOf(seen, definition),
      ...(boards !== null && { boards }),
      identity: { model: seen.type, serial: seen.serial, mac: seen.mac, firmware: seen.firmware },
      pool: seen.pool,
      repaired: [...seen.repaired],
      definition: definition.id,
      ...(missed.length > 0 && { missed }),
    };
  }

  /** Asks `stats` in the style that works here. Returns the refusal of a device that has no such command. */
  async #stats(
    address: DeviceAddress,
    key: string,
    seen: Observation,
    signal?: AbortSignal,
  ): Promise<DeviceError | null> {
    const known = this.#styles.get(key);
    if (known === 'none') return null;
    if (known !== 'classic') {
      try {
        this.#styles.set(key, await this.#ask(address, key, 'stats', 'new', seen, signal));
        return null;
      } catch (error) {
        // Where the newer style has worked, a cut reply is a cut reply: only a plain refusal changes the style.
        const turnsBack = known === 'new' ? NO_SUCH_COMMAND : NOT_UNDERSTOOD;
        if (!(error instanceof DeviceError) || !turnsBack.has(error.code)) throw error;
      }
    }
    try {
      this.#styles.set(key, await this.#ask(address, key, 'stats', 'classic', seen, signal));
      return null;
    } catch (error) {
      if (!(error instanceof DeviceError) || !NO_SUCH_COMMAND.has(error.code)) throw error;
      this.#styles.set(key, 'none');
      return error;
    }
  }

  /** Asks `summary` for the rate that `stats` does not hold. Refused both, the first refusal is the one to tell. */
  async #summaryInstead(
    address: DeviceAddress,
    key: string,
    style: Style,
    seen: Observation,
    refusal: DeviceError | null,
    signal?: AbortSignal,
  ): Promise<void> {
    try {
      await this.#ask(address, key, 'summary', style, seen, signal);
    } catch (error) {
      if (refusal !== null && error instanceof DeviceError && NO_SUCH_COMMAND.has(error.code)) throw refusal;
      throw error;
    }
  }

  /** One request and its reply, added to what is seen. Returns the style of the answer. */
  async #ask(
    address: DeviceAddress,
    key: string,
    command: string,
    style: Style,
    seen: Observation,
    signal?: AbortSignal,
  ): Promise<Style> {
    const request = style === 'new' ? `{"command":"${command}","new_api":true}` : `{"command":"${command}"}`;
    const { body, repaired } = parseReply(await this.#client.request(address, request, signal), key);
    if (!isReply(body))
      throw new DeviceError('malformed', key, `${key}: the reply to "${command}" has no STATUS; not a miner`);
    const error = observe(body, seen, key, command);
    if (error !== null) throw error;
    for (const name of repaired) seen.repaired.add(name);
    return isNewStyle(body) ? 'new' : 'classic';
  }
}
