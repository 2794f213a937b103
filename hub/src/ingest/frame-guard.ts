import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * Stands between a socket and the broker and reads the fixed header of every MQTT packet. A packet longer than
 * allowed cuts the connection when its header arrives, before a byte of it is buffered: the broker itself has no
 * limit (one unauthenticated socket made it hold 250 MB, measured).
 *
 * The limit is small until `admit` is called, which the broker does once the client has shown who it is.
 */
export class FrameGuard extends Duplex {
  readonly socket: Socket;
  #limit: number;
  readonly #admittedLimit: number;
  #admitted = false;
  /** Bytes of the current packet that are still to come. */
  #rest = 0;
  /** The remaining length read so far, and the weight of its next byte; 0 while the packet's type byte is awaited. */
  #length = 0;
  #weight = 0;

  constructor(socket: Socket, limits: { before: number; after: number }) {
    super({ autoDestroy: true, allowHalfOpen: false });
    this.socket = socket;
    this.#limit = limits.before;
    this.#admittedLimit = limits.after;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  get admitted(): boolean {
    return this.#admitted;
  }

  /** The client has authenticated: from now on the larger limit holds. */
  admit(): void {
    this.#admitted = true;
    this.#limit = this.#admittedLimit;
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.socket.write(chunk) || this.socket.destroyed) done();
    else this.socket.once('drain', done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    const fault = this.#scan(chunk);
    if (fault) this.destroy(new FrameError(fault));
    else if (!this.push(chunk)) this.socket.pause();
  }

  /** Follows packet borders through a chunk; returns what is wrong, or null. */
  #scan(chunk: Buffer): string | null {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest > 0) {
        const step = Math.min(this.#rest, chunk.length - at);
        this.#rest -= step;
        at += step;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#weight === 0) {
        this.#weight = 1;
        this.#length = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * this.#weight;
      if (this.#length > this.#limit) return `packet of at least ${this.#length} bytes, at most ${this.#limit} allowed`;
      if (byte & 0x80) {
        if (this.#weight === 128 ** 3) return 'remaining length of more than 4 bytes';
        this.#weight *= 128;
      } else {
        this.#rest = this.#length;
        this.#weight = 0;
      }
    }
    return null;
  }
}

/** Why the guard cut a connection. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FrameError';
  }
}
