import { createServer, type Server, type Socket } from 'node:net';
import { answer, exception, HEADER, resized } from './modbus-frames.ts';
import type { RegisterBank } from './register-bank.ts';

export { encodeByProfile, type RegisterBank } from './register-bank.ts';

/** What stands behind an address and unit: registers, nobody (a gateway says so), or something that never answers. */
export type Lookup = (localAddress: string, unit: number) => RegisterBank | null | 'silent';

/**
 * What a device does wrong.
 *
 * - `silent`: takes requests, never answers
 * - `exception`: answers every request with this exception
 * - `truncated`: sends only the first `bytes` of each reply and stays
 * - `cut`: the same, and closes
 * - `lying_count`: the byte count is `by` off, the frame's length is not
 * - `wrong_length`: `by` registers more or fewer than asked, all lengths in agreement
 * - `wrong_unit`, `wrong_function`, `wrong_transaction`: the reply names another one
 * - `late`: every request is answered with the reply to the one before it, over connections too, the first not at all
 * - `twice`: every reply is sent two times
 * - `slow`: answers after `ms`
 * - `dribble`: one byte every `ms`
 * - `closes`: closes when a request comes
 * - `resets`: the same, by RST
 * - `garbage`: `bytes` that are no Modbus
 */
export type ModbusFault =
  | { kind: 'silent' | 'wrong_function' | 'wrong_transaction' | 'late' | 'twice' | 'closes' | 'resets' }
  | { kind: 'exception'; code: number }
  | { kind: 'truncated' | 'cut'; bytes: number }
  | { kind: 'lying_count' | 'wrong_length'; by: number }
  | { kind: 'wrong_unit'; unit: number }
  | { kind: 'slow' | 'dribble'; ms: number }
  | { kind: 'garbage'; bytes: Buffer };

export interface ModbusSimulatorOptions {
  lookup: Lookup;
  /** The fault of a device at this moment; null or absent: none. */
  fault?: (localAddress: string, unit: number) => ModbusFault | null;
}

const LONGEST_REQUEST = HEADER + 254;

/**
 * A Modbus TCP server for any number of devices on one port, told apart by the local address and the unit. Written
 * by hand on plain sockets: client and server of a test must not share the library whose mistakes it is to find.
 *
 * It listens on every interface, so it cuts at once whatever did not come in by 127.0.0.0/8.
 */
export class ModbusSimulator {
  readonly #options: ModbusSimulatorOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What a `late` device still owes, per device. */
  readonly #owed = new Map<string, Buffer>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Requests taken so far. */
  requests = 0;
  /** The most connections that were open at once. */
  peak = 0;

  constructor(options: ModbusSimulatorOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Connections open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens; port 0 takes any free one. */
  async start(port = 0): Promise<{ port: number }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: '0.0.0.0', backlog: 1024 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    return { port: typeof address === 'object' && address ? address.port : port };
  }

  /** Cuts all connections and stops listening. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    const local = socket.localAddress ?? '';
    if (!local.startsWith('127.')) {
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    this.peak = Math.max(this.peak, this.#sockets.size);
    let received: Buffer = Buffer.alloc(0);
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that goes away in the middle of a reply is its own affair.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      while (received.length >= HEADER) {
        const end = HEADER + received.readUInt16BE(4);
        if (received.readUInt16BE(2) !== 0 || end < HEADER + 2 || end > LONGEST_REQUEST) {
          socket.destroy();
          return;
        }
        if (received.length < end) return;
        this.#take(socket, local, received.subarray(0, end));
        received = received.subarray(end);
      }
    });
  }

  #take(socket: Socket, local: string, request: Buffer): void {
    this.requests++;
    const unit = request.readUInt8(HEADER);
    const bank = this.#options.lookup(local, unit);
    if (bank === 'silent') return;
    const fault = this.#options.fault?.(local, unit) ?? null;
    const reply = fault?.kind === 'exception' ? exception(request, fault.code) : answer(request, bank);
    if (fault) this.#misbehave(socket, `${local}/${unit}`, request, reply, fault);
    else socket.write(reply);
  }

  #misbehave(socket: Socket, device: string, request: Buffer, reply: Buffer, fault: ModbusFault): void {
    switch (fault.kind) {
      case 'silent':
        return;
      case 'exception':
        socket.write(reply);
        return;
      case 'truncated':
        socket.write(reply.subarray(0, fault.bytes));
        return;
      case 'cut':
        socket.end(reply.subarray(0, fault.bytes));
        return;
      case 'lying_count':
        reply.writeUInt8((reply.readUInt8(HEADER + 2) + fault.by) & 0xff, HEADER + 2);
        socket.write(reply);
        return;
      case 'wrong_length':
        socket.write(resized(reply, request.readUInt16BE(HEADER + 4) + fault.by));
        return;
      case 'wrong_unit':
        reply.writeUInt8(fault.unit, HEADER);
        socket.write(reply);
        return;
      case 'wrong_function':
        reply.writeUInt8(request.readUInt8(HEADER + 1) === 3 ? 4 : 3, HEADER + 1);
        socket.write(reply);
        return;
      case 'wrong_transaction':
        reply.writeUInt16BE((request.readUInt16BE(0) + 1) & 0xffff, 0);
        socket.write(reply);
        return;
      case 'late': {
        const owed = this.#owed.get(device);
        this.#owed.set(device, reply);
        if (owed) socket.write(owed);
        return;
      }
      case 'twice':
        socket.write(Buffer.concat([reply, reply]));
        return;
      case 'slow':
        this.#later(fault.ms, () => socket.write(reply));
        return;
      case 'dribble':
        this.#dribble(socket, reply, fault.ms);
        return;
      case 'closes':
        socket.end();
        return;
      case 'resets':
        socket.resetAndDestroy();
        return;
      case 'garbage':
        socket.write(fault.bytes);
    }
  }

  #dribble(socket: Socket, reply: Buffer, ms: number): void {
    if (reply.length === 0 || socket.destroyed) return;
    socket.write(reply.subarray(0, 1));
    this.#later(ms, () => this.#dribble(socket, reply.subarray(1), ms));
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}
