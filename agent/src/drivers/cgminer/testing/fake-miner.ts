import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** What a fake miner does with a request: the text to send (its NUL is added), or whatever it does to the socket. */
export type Answer = string | ((socket: Socket) => void);

/** `{"STATUS":"E","Code":14}`: what a miner says to a command it does not know. */
export const INVALID_COMMAND = '{"STATUS":[{"STATUS":"E","When":1,"Code":14,"Msg":"Invalid command"}],"id":1}';

/**
 * A miner on a real socket, with the manners of the real one: it reads once per connection, answers, closes, and
 * notes what it was asked.
 */
export class FakeMiner {
  /** The requests as received, one per connection; null for a connection that closed without one. */
  readonly requests: (string | null)[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: (request: { command: string; newer: boolean }) => Answer) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      let asked: string | null = null;
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (asked === null) this.requests.push(null);
      });
      socket.once('data', (chunk: Buffer) => {
        asked = chunk.toString();
        this.requests.push(asked);
        const request = JSON.parse(asked) as { command: string; new_api?: boolean };
        const what = answer({ command: request.command, newer: request.new_api === true });
        if (typeof what === 'string') socket.end(`${what}\0`);
        else what(socket);
      });
    });
  }

  static async start(answer: (request: { command: string; newer: boolean }) => Answer): Promise<FakeMiner> {
    const miner = new FakeMiner(answer);
    miner.#server.listen(0, '127.0.0.1');
    await once(miner.#server, 'listening');
    return miner;
  }

  get address(): { host: string; port: number } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the fake miner does not listen');
    return { host: '127.0.0.1', port: address.port };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** The least that a hydro Antminer says of itself in the newer style: it hashes 473 TH/s. */
export const BARE_STATS = JSON.stringify({
  STATUS: { STATUS: 'S', when: 1, Msg: 'stats', api_version: '1.0.0' },
  INFO: { miner_version: 'uart_trans.1.3', CompileTime: 'x', type: 'Antminer S21 XP Hyd.' },
  STATS: [
    {
      elapsed: 100,
      rate_5s: 473_000,
      rate_30m: 473_000,
      rate_avg: 473_000,
      rate_ideal: 473_000,
      rate_unit: 'GH/s',
      chain_num: 0,
      fan_num: 0,
      chain: [],
    },
  ],
});
