import { type DeviceAddress, DeviceError, type DeviceErrorCode } from '../driver.ts';
import type { CgminerClient } from './client.ts';
import { Observation } from './observation.ts';
import { isReply, observe } from './observe.ts';
import { parseReply } from './reply.ts';
import { isNewStyle } from './sections/antminer.ts';

/** How a miner answers: with the flag of the newer style, without it, or (its `stats`) not at all. */
export type Style = 'new' | 'classic' | 'none';

/** The commands that the newer style has; others are asked without its flag. */
const IN_NEW_STYLE: ReadonlySet<string> = new Set(['stats', 'summary', 'pools', 'warning']);
/** Those that only it has. */
const NEW_STYLE_ONLY: ReadonlySet<string> = new Set(['warning']);

/** Refusals that say "this command, never", and not "not now". */
export const NO_SUCH_COMMAND: ReadonlySet<DeviceErrorCode> = new Set(['unsupported', 'access_denied']);
/** After one of these the device is not asked anything more in the same reading: it would cost a deadline each time. */
const GONE: ReadonlySet<DeviceErrorCode> = new Set(['timeout', 'unreachable', 'refused']);

/** One reading in the making: the commands asked of one device so far, and what its replies said. */
export class Visit {
  readonly key: string;
  readonly seen = new Observation();
  /** What was asked and did not come, with why. */
  readonly missed: { command: string; code: DeviceErrorCode }[] = [];
  readonly #client: CgminerClient;
  readonly #address: DeviceAddress;
  readonly #signal: AbortSignal | undefined;
  readonly #asked: string[] = [];
  #gone = false;

  constructor(client: CgminerClient, address: DeviceAddress, signal?: AbortSignal) {
    this.#client = client;
    this.#address = address;
    this.#signal = signal;
    this.key = `${address.host}:${address.port}`;
  }

  /** One request and its reply, added to what is seen. Returns the style of the answer; throws DeviceError without one. */
  async ask(command: string, style: Style): Promise<Style> {
    this.#asked.push(command);
    const flag = style === 'new' && IN_NEW_STYLE.has(command) ? ',"new_api":true' : '';
    const text = await this.#client.request(this.#address, `{"command":"${command}"${flag}}`, this.#signal);
    const { body, repaired } = parseReply(text, this.key);
    if (!isReply(body))
      throw new DeviceError('malformed', this.key, `${this.key}: the reply to "${command}" has no STATUS; not a miner`);
    const error = observe(body, this.seen, this.key, command);
    if (error !== null) throw error;
    for (const name of repaired) this.seen.repaired.add(name);
    return isNewStyle(body) ? 'new' : 'classic';
  }

  /** Asks what may as well not come, unless it has been asked. Returns why it did not come. */
  async ifThere(command: string, style: Style): Promise<DeviceErrorCode | null> {
    if (this.#gone || this.#asked.includes(command)) return null;
    if (style !== 'new' && NEW_STYLE_ONLY.has(command)) return null;
    try {
      await this.ask(command, style);
      return null;
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      this.missed.push({ command, code: error.code });
      this.#gone = GONE.has(error.code);
      return error.code;
    }
  }

  /** Asks each of these that has not been asked. Returns whether all came, or are what this firmware does not know. */
  async allIfThere(commands: readonly string[], style: Style): Promise<boolean> {
    let complete = true;
    for (const command of commands) {
      const code = await this.ifThere(command, style);
      if (code !== null && !NO_SUCH_COMMAND.has(code)) complete = false;
    }
    return complete && !this.#gone;
  }
}
