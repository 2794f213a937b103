import { once } from 'node:events';
import net from 'node:net';
import { MOST_REQUEST_BYTES } from './commands.ts';
import { isLoopback } from './layout.ts';

/**
 * One listening port that is thousands of miners, told apart by the address that the client dialled.
 *
 * Like the real server it reads once, writes one reply, closes, and serves one client at a time: whoever connects and
 * stays silent keeps everybody else at that address waiting, without a time-out.
 *
 * It listens on 0.0.0.0, because that is the only way to hear all of 127.0.0.0/8, and cuts at once every connection
 * whose local address lies outside it. An address in it that is no miner, and a miner that refuses, are reset straight
 * after the handshake: to a client with "connection reset" instead of "connection refused", for a listener cannot
 * refuse. A real refusal takes the firewall of swallow.ts.
 */
export interface MinerHost {
  /** The miner at an address, or -1. */
  minerAt(address: string): number;
  /** How a connection to it fares now. */
  reach(index: number): 'answers' | 'refuses' | 'silent';
  /** What it says to a request. */
  reply(index: number, request: string): Reply;
}

export interface Reply {
  /** All bytes, the NUL at the end included. A string is sent as Latin-1. */
  data: string | Buffer;
  delayMs: number;
  /** Between two bytes; 0: all at once. */
  dribbleMs: number;
  /** Called once the kernel has taken every byte. */
  written: (() => void) | null;
}

/** As many as the kernel allows to wait for us (net.core.somaxconn caps it). */
const BACKLOG = 8192;

export class MinerServer {
  readonly #host: MinerHost;
  readonly #server: net.Server;
  readonly #open = new Set<net.Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Clients waiting for their turn, by miner; an empty list says that one is being served. */
  readonly #turns = new Map<number, net.Socket[]>();
  /** Replies written whole since the start. */
  replies = 0;

  constructor(host: MinerHost) {
    this.#host = host;
    this.#server = new net.Server({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** Listens on the port (0: any free one) and gives its number. */
  async start(port: number): Promise<number> {
    this.#server.listen({ port, host: '0.0.0.0', backlog: BACKLOG });
    await once(this.#server, 'listening');
    return (this.#server.address() as net.AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : null;
    this.#server.close();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #accept(socket: net.Socket): void {
    // A client that hangs up or resets is its own affair; 'close' follows and cleans up.
    socket.on('error', ignore);
    const address = socket.localAddress;
    if (address === undefined || !isLoopback(address)) {
      socket.destroy();
      return;
    }
    const index = this.#host.minerAt(address);
    const reach = index < 0 ? 'refuses' : this.#host.reach(index);
    if (reach === 'refuses') {
      socket.resetAndDestroy();
      return;
    }
    this.#open.add(socket);
    if (reach === 'silent') {
      socket.on('close', () => this.#open.delete(socket));
      socket.on('end', () => socket.destroy());
      socket.resume();
      return;
    }
    const waiting = this.#turns.get(index);
    socket.on('close', () => this.#left(index, socket));
    if (waiting) waiting.push(socket);
    else this.#serve(index, socket);
  }

  #serve(index: number, socket: net.Socket): void {
    if (!this.#turns.has(index)) this.#turns.set(index, []);
    let asked = false;
    socket.on('data', (chunk: Buffer) => {
      if (asked) return;
      asked = true;
      // More than the server reads at once: the rest lies unread when it closes, which resets the connection.
      const overlong = chunk.length > MOST_REQUEST_BYTES;
      this.#answer(socket, this.#host.reply(index, chunk.toString('latin1')), overlong);
    });
    socket.on('end', () => {
      if (!asked) socket.destroy();
    });
  }

  /** The next client's turn comes when the one before is gone. */
  #left(index: number, socket: net.Socket): void {
    this.#open.delete(socket);
    const waiting = this.#turns.get(index);
    if (!waiting) return;
    const place = waiting.indexOf(socket);
    if (place >= 0) {
      waiting.splice(place, 1);
      return;
    }
    const next = waiting.shift();
    if (next) this.#serve(index, next);
    else this.#turns.delete(index);
  }

  #answer(socket: net.Socket, reply: Reply, overlong: boolean): void {
    if (reply.delayMs > 0) this.#later(reply.delayMs, () => this.#write(socket, reply, overlong));
    else this.#write(socket, reply, overlong);
  }

  #write(socket: net.Socket, reply: Reply, overlong: boolean): void {
    if (socket.destroyed) return;
    if (reply.dribbleMs > 0) {
      this.#dribble(socket, Buffer.from(reply.data as string, 'latin1'), 0, reply);
      return;
    }
    socket.write(reply.data, 'latin1', (error) => {
      if (!error) this.#written(reply);
      // A stream destroyed inside its own write callback makes an error that nobody sees: 10 us for each reply.
      process.nextTick(close, socket, overlong);
    });
  }

  #dribble(socket: net.Socket, data: Buffer, at: number, reply: Reply): void {
    if (socket.destroyed) return;
    if (at >= data.length) {
      this.#written(reply);
      socket.destroy();
      return;
    }
    socket.write(data.subarray(at, at + 1));
    this.#later(reply.dribbleMs, () => this.#dribble(socket, data, at + 1, reply));
  }

  #written(reply: Reply): void {
    this.replies++;
    reply.written?.();
  }

  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }
}

function close(socket: net.Socket, byReset: boolean): void {
  if (byReset) socket.resetAndDestroy();
  else socket.destroy();
}

const ignore = (): void => {};
