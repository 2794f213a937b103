import { connect, type Socket } from 'node:net';
import ModbusSerial from 'modbus-serial';
import { type DeviceAddress, DeviceError, type DeviceErrorCode } from '../driver.ts';
import type { ReadFunction } from './register.ts';
import { ReplyGuard } from './reply-guard.ts';

const { default: ModbusRTU } = ModbusSerial;

/** One request: `count` registers from `address` on, counted from 0. */
export interface ReadRequest {
  unit: number;
  function: ReadFunction;
  address: number;
  count: number;
}

export interface ConnectionOptions {
  /** For connecting and everything read on this connection together. */
  deadlineMs: number;
  /** Gives the identity of the next request. Those of one device must not repeat soon. */
  nextTransaction: () => number;
  /** Named in errors that no request caused. */
  unit: number;
  signal?: AbortSignal | undefined;
}

/**
 * A Modbus TCP connection that only reads. What it adds to modbus-serial 8.0.25 (behaviour measured):
 *
 * - a deadline over connecting and all replies; the library has none, and its promises hang when the peer closes
 * - one request in flight; the library takes more and mixes them up
 * - every reply is checked against the request before the library sees it (`ReplyGuard`); the library believes
 *   a byte count that lies and waits for ever when another transaction is answered
 * - after the first fault other than an exception of the device the socket is gone, and stays so: a truncated
 *   reply would put all that follow out of step
 *
 * Functions 3 and 4 are all it sends: nothing here can write. The library's device identification is not used,
 * it can end the process when its second part times out.
 */
export class ModbusConnection {
  readonly #address: DeviceAddress;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #guard = new ReplyGuard();
  readonly #library = new ModbusRTU();
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = () => this.#end(this.#options.signal?.reason);
  #pending: { request: ReadRequest; resolve: (data: Buffer) => void; reject: (reason: unknown) => void } | null = null;
  /** Why nothing can be read any more. */
  #ended: { reason: unknown } | null = null;

  private constructor(address: DeviceAddress, options: ConnectionOptions, socket: Socket) {
    this.#address = address;
    this.#options = options;
    this.#socket = socket;
    const { deadlineMs, signal } = options;
    this.#timer = setTimeout(() => {
      this.#end(this.#error('timeout', `gave no complete answer within ${deadlineMs} ms`));
    }, deadlineMs);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    socket.setNoDelay(true);
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(this.#socketError(error)));
    socket.on('close', () => this.#end(this.#closed()));
    socket.on('data', (chunk) => this.#inspect(chunk));
  }

  /** Connects. The deadline runs from here. */
  static async open(address: DeviceAddress, options: ConnectionOptions): Promise<ModbusConnection> {
    options.signal?.throwIfAborted();
    const socket = connect({ host: address.host, port: address.port });
    const connection = new ModbusConnection(address, options, socket);
    await connection.#connected();
    return connection;
  }

  /**
   * Reads registers: two bytes each, high byte first.
   *
   * @throws {DeviceError} with the device's exception (`unsupported`, `device_error`), after which one may read
   *   on, or with anything else, after which the connection is gone; the signal's reason when it was aborted
   */
  read(request: ReadRequest): Promise<Buffer> {
    if (this.#ended) return Promise.reject(this.#ended.reason);
    if (this.#pending) return Promise.reject(new Error('a request is in flight on this connection already'));
    return new Promise((resolve, reject) => {
      const transaction = this.#options.nextTransaction() & 0xffff;
      this.#pending = { request, resolve, reject };
      this.#guard.expect({ ...request, transaction });
      // The library counts from 1 on every connection and wraps at 256; late replies of a gateway would fit.
      (this.#library as unknown as { _port: { _transactionIdWrite: number } })._port._transactionIdWrite = transaction;
      const { unit, address, count } = request;
      const answered = (error: NodeJS.ErrnoException | null, reply?: { buffer: Buffer }) => this.#settle(error, reply);
      if (request.function === 3) this.#library.writeFC3(unit, address, count, answered);
      else this.#library.writeFC4(unit, address, count, answered);
    });
  }

  /** Ends the connection; harmless when it has ended. */
  close(): void {
    this.#end(new Error('the connection was closed by its owner'));
  }

  async #connected(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('connect', resolve);
      // Every end closes the socket, and the reason is known by then.
      this.#socket.once('close', () => reject(this.#ended?.reason));
    });
    this.#library.linkTCP(this.#socket, { port: this.#address.port }, (error: unknown) => {
      if (error) this.#end(this.#error('closed', 'closed the connection', error));
    });
  }

  /** Runs before the library's own listener, which sees only what passes here. */
  #inspect(chunk: Buffer): void {
    const fault = this.#guard.check(chunk);
    if (fault) this.#end(this.#error(fault.code, fault.message));
  }

  #settle(error: (NodeJS.ErrnoException & { modbusCode?: number }) | null, reply?: { buffer: Buffer }): void {
    const pending = this.#pending;
    if (!pending) return;
    if (error?.modbusCode === undefined && (error || reply?.buffer.length !== 2 * pending.request.count)) {
      this.#end(this.#error('malformed', `sent an unreadable reply: ${error?.message ?? 'wrong length'}`, error));
      return;
    }
    this.#pending = null;
    if (reply && !error) pending.resolve(reply.buffer);
    else pending.reject(this.#exception(error?.modbusCode ?? 0, pending.request));
  }

  #end(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = { reason };
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#socket.destroy();
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(reason);
  }

  #exception(code: number, request: ReadRequest): DeviceError {
    const { function: readFunction, address, count, unit } = request;
    const what = `function ${readFunction}, registers ${address} to ${address + count - 1}`;
    const words = EXCEPTIONS[code] ?? 'no known meaning';
    const kind = code === 1 || code === 2 ? 'unsupported' : 'device_error';
    return this.#error(kind, `unit ${unit} answered exception ${code} (${words}) to ${what}`);
  }

  #closed(): DeviceError {
    const cut = this.#guard.partial;
    if (cut > 0) return this.#error('malformed', `closed the connection ${cut} bytes into its reply`);
    return this.#error('closed', 'closed the connection without a reply');
  }

  #socketError(error: NodeJS.ErrnoException): DeviceError {
    const code = SOCKET_CODES[error.code ?? ''] ?? 'unreachable';
    return this.#error(code, `${error.code ?? error.message}`, error);
  }

  #error(code: DeviceErrorCode, message: string, cause?: unknown): DeviceError {
    const unit = this.#pending?.request.unit ?? this.#options.unit;
    const where = `${this.#address.host}:${this.#address.port}/${unit}`;
    return new DeviceError(code, where, `Modbus device ${where}: ${message}`, { cause });
  }
}

const SOCKET_CODES: Readonly<Record<string, DeviceErrorCode>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  ETIMEDOUT: 'timeout',
};

/** What the exceptions of the Modbus specification mean, with the likely cause. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function: the profile may need the other of functions 3 and 4',
  2: 'illegal address: the device has no such register',
  3: 'illegal value: it may take fewer registers at once, see max_registers of the profile',
  4: 'device failure',
  5: 'acknowledge: it needs longer',
  6: 'busy',
  8: 'memory parity error',
  10: 'gateway path unavailable: check the unit id',
  11: 'gateway target did not answer: check the unit id and the wiring behind the gateway',
};
