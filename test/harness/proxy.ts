import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the line does with what it is given: carries it, holds everything without a word, or breaks. */
export type LineState = 'open' | 'frozen' | 'cut';

const PUBLISH = 3;

/**
 * A line between an agent and a broker that a test can spoil: cut (both ends see it break), frozen (nothing passes
 * and nobody is told, as when a router dies), slow, or losing single messages of the broker.
 */
export class Line {
  /** Delay of everything, each way, ms. */
  delayMs = 0;
  /** Topics of MQTT messages that get lost on their way from the broker to the agent. */
  loses: (topic: string) => boolean = () => false;
  /** Messages lost so far. */
  lost = 0;
  /** Connections taken so far. */
  connections = 0;
  port = 0;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #state: LineState = 'open';
  #server: Server | undefined;

  /** @param target the broker's port on 127.0.0.1 */
  constructor(target: number) {
    this.#target = target;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((agent) => this.#accept(agent));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address && typeof address === 'object') this.port = address.port;
  }

  async stop(): Promise<void> {
    this.set('cut');
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  set(state: LineState): void {
    this.#state = state;
    if (state === 'cut') for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) {
      if (state === 'cut') socket.destroy();
      else if (state === 'frozen') socket.pause();
      else socket.resume();
    }
  }

  #accept(agent: Socket): void {
    if (this.#state === 'cut') {
      agent.destroy();
      return;
    }
    this.connections++;
    const broker = connect(this.#target, '127.0.0.1');
    const packets = new Packets((packet) => {
      if (this.#isLost(packet)) this.lost++;
      else this.#carry(agent, packet);
    });
    agent.on('data', (bytes) => this.#carry(broker, bytes));
    broker.on('data', (bytes) => packets.push(bytes));
    for (const [socket, other] of [
      [agent, broker],
      [broker, agent],
    ] as const) {
      this.#sockets.add(socket);
      if (this.#state === 'frozen') socket.pause();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        // A frozen line does not even carry the news that the other end hung up.
        if (this.#state !== 'frozen') other.destroy();
      });
    }
  }

  #isLost(packet: Buffer): boolean {
    if (packet.readUInt8(0) >> 4 !== PUBLISH) return false;
    const start = headLength(packet);
    return this.loses(packet.toString('utf8', start + 2, start + 2 + packet.readUInt16BE(start)));
  }

  #carry(to: Socket, bytes: Buffer): void {
    if (this.delayMs === 0) {
      to.write(bytes);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!to.destroyed) to.write(bytes);
    }, this.delayMs);
    this.#timers.add(timer);
  }
}

/** Cuts a stream of bytes into MQTT packets. */
class Packets {
  readonly #take: (packet: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(take: (packet: Buffer) => void) {
    this.#take = take;
  }

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (let end = packetLength(this.#rest); end <= this.#rest.length; end = packetLength(this.#rest)) {
      this.#take(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}

/** Length of the fixed header: one byte of type, then the remaining length in groups of seven bits. */
function headLength(packet: Buffer): number {
  let at = 1;
  while ((packet[at] ?? 0) & 0x80) at++;
  return at + 1;
}

/** Length of the packet at the beginning of `bytes`; infinity while that cannot be told. */
function packetLength(bytes: Buffer): number {
  const head = headLength(bytes);
  if (bytes.length < 2 || bytes.length < head) return Number.POSITIVE_INFINITY;
  let remaining = 0;
  for (let i = 1; i < head; i++) remaining += ((bytes[i] ?? 0) & 0x7f) * 128 ** (i - 1);
  return head + remaining;
}
