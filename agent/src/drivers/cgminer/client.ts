import { connect, type Socket } from 'node:net';
import { type DeviceAddress, DeviceError, type DeviceErrorCode } from '../driver.ts';
import { AbortHub } from './abort-hub.ts';
import { assertReads } from './read-only.ts';

/**
 * The wire of the CGMiner API (TCP 4028). What it promises:
 *
 * - one connection, one request: written at once and whole as soon as the connection stands. The device serves
 *   one client at a time, reads once and waits for ever, so a silent connection blocks it for everyone;
 * - the reply ends at a NUL, when the device closes, or (firmware that does neither) when what is there reads
 *   as one whole reply and nothing more came for a moment;
 * - one total deadline over connect and reply, however the bytes dribble; a shorter one for the connect;
 * - at most `maxBytes` are kept; the socket is destroyed in every outcome;
 * - never two requests in flight to one device: a second waits for its turn;
 * - nothing is sent that is not a request to read (read-only.ts).
 */
export interface ClientOptions {
  /** From the start of the connect to the end of the reply, ms. */
  deadlineMs: number;
  /** For the connect alone, ms. */
  connectTimeoutMs: number;
  /** Largest reply that is believed, bytes. Real ones are below 20 kB. */
  maxBytes?: number;
}

/** Tells whether a text is one whole reply; asked only where a device neither ends with NUL nor closes. */
export type IsWhole = (text: string) => boolean;

export const MAX_REPLY_BYTES = 256 * 1024;
/** How long a device that sent something like an end may stay quiet before the text is tried, ms. */
const QUIET_MS = 50;
const INBOX_BYTES = 64 * 1024;
const NUL = 0;

export class CgminerClient {
  readonly #deadlineMs: number;
  readonly #connectTimeoutMs: number;
  readonly #maxBytes: number;
  readonly #isWhole: IsWhole;
  /** The last request asked of each device that has one in flight. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #aborts = new AbortHub();
  /**
   * Where every socket puts what it reads, used up before the next one reads. A buffer per read would be 64 kB
   * each, cut to the size of the reply: holes that the allocator never gives back.
   */
  readonly #inbox = Buffer.allocUnsafeSlow(INBOX_BYTES);

  constructor(options: ClientOptions, isWhole: IsWhole) {
    this.#deadlineMs = options.deadlineMs;
    this.#connectTimeoutMs = Math.min(options.connectTimeoutMs, options.deadlineMs);
    this.#maxBytes = options.maxBytes ?? MAX_REPLY_BYTES;
    this.#isWhole = isWhole;
  }

  /**
   * Sends one request and returns the reply's text, NULs included. Throws `DeviceError` for whatever the device
   * does, the signal's reason when aborted, and the plain error for a fault of this machine (no free socket).
   */
  request(address: DeviceAddress, request: string, signal?: AbortSignal): Promise<string> {
    assertReads(request);
    const key = `${address.host}:${address.port}`;
    const exchange = (): Promise<string> => this.#exchange(address, key, request, signal);
    const before = this.#turns.get(key);
    const turn = before === undefined ? exchange() : before.then(exchange, exchange);
    this.#turns.set(key, turn);
    const done = (): void => {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    };
    turn.then(done, done);
    return turn;
  }

  #exchange(address: DeviceAddress, key: string, request: string, signal?: AbortSignal): Promise<string> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const pieces: Buffer[] = [];
    let size = 0;
    let settled = false;
    let quiet: NodeJS.Timeout | undefined;

    const text = (): string => Buffer.concat(pieces, size).toString('utf8');
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(connecting);
      clearTimeout(deadline);
      if (quiet !== undefined) clearTimeout(quiet);
      forget?.();
      socket.destroy();
      return true;
    };
    const succeed = (): void => {
      if (settle()) resolve(text());
    };
    const fail = (code: DeviceErrorCode, message: string, cause?: Error): void => {
      if (settle()) reject(new DeviceError(code, key, `${key}: ${message}`, cause && { cause }));
    };
    const onAbort = (): void => {
      if (settle()) reject(signal?.reason);
    };
    const onQuiet = (): void => {
      if (this.#isWhole(text())) succeed();
    };

    const connecting = setTimeout(
      () =>
        fail('timeout', `no connection within ${this.#connectTimeoutMs} ms; is the miner powered and on the network?`),
      this.#connectTimeoutMs,
    );
    const deadline = setTimeout(() => {
      if (size > 0 && this.#isWhole(text())) succeed();
      else fail('timeout', `no whole reply within ${this.#deadlineMs} ms (${size} bytes came)`);
    }, this.#deadlineMs);
    const forget = signal && this.#aborts.add(signal, onAbort);

    const onBytes = (bytes: Buffer): void => {
      if (settled) return;
      size += bytes.length;
      if (size > this.#maxBytes) {
        fail('too_large', `more than ${this.#maxBytes} bytes: not a miner's reply`);
        return;
      }
      const last = bytes[bytes.length - 1] as number;
      if (last === NUL && pieces.length === 0) {
        // The whole reply at once, as nearly always: read where it lies.
        if (settle()) resolve(bytes.toString('utf8'));
        return;
      }
      pieces.push(Buffer.from(bytes));
      if (last === NUL) succeed();
      else if (last === 0x7d || last <= 0x20) quiet = quiet?.refresh() ?? setTimeout(onQuiet, QUIET_MS);
    };
    const socket: Socket = connect({
      host: address.host,
      port: address.port,
      onread: {
        buffer: this.#inbox,
        callback: (length) => {
          onBytes(this.#inbox.subarray(0, length));
          return true;
        },
      },
    });
    socket.on('connect', () => clearTimeout(connecting));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A reset after the last byte is how some firmware closes; what came is judged like any other text.
      if (error.code === 'ECONNRESET' && size > 0) succeed();
      else {
        const code = codeOf(error);
        if (code !== null) fail(code, hintOf(code, error), error);
        else if (settle()) reject(error);
      }
    });
    socket.on('close', () => {
      if (size > 0) succeed();
      else fail('closed', 'connection closed without a reply; does its API access list (api-allow) include this host?');
    });
    socket.write(request);
    return promise;
  }
}

/** What a socket error says about the device; null for a fault of this machine (out of sockets or memory). */
function codeOf(error: NodeJS.ErrnoException): DeviceErrorCode | null {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return 'closed';
    case 'ETIMEDOUT':
      return 'timeout';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'EACCES':
    case 'EPERM':
      return 'unreachable';
    default:
      return null;
  }
}

function hintOf(code: DeviceErrorCode, error: NodeJS.ErrnoException): string {
  switch (code) {
    case 'refused':
      return 'connection refused; the mining process is not running or its API is switched off';
    case 'unreachable':
      return `cannot be reached (${error.code}); check address, cable and routing`;
    default:
      return `connection ended without a reply (${error.code})`;
  }
}
