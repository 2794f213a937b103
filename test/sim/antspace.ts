import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a controller answers instead of its state. */
export type AntspaceFault =
  | { kind: 'status'; status: number }
  | { kind: 'text'; text: string }
  | { kind: 'slow'; ms: number }
  | { kind: 'silent' | 'closes' | 'endless' };

/**
 * The controller of an ANTSPACE container over HTTP, as the maker's interface is known: `GET /cooler?operation=...`, no
 * login. It does what it is told, like the real one: whoever asks it to open or close has moved water.
 */
export class AntspaceSimulator {
  readonly #server: Server;
  /** Every request so far: method and path with its query. */
  readonly requests: string[] = [];
  /** The fields of `coolerState`. */
  state: Record<string, unknown>;
  fault: AntspaceFault | null = null;

  constructor(state: Record<string, unknown>) {
    this.state = state;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Listens on 127.0.0.1; any free port. */
  async start(): Promise<{ port: number }> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return { port: (this.#server.address() as AddressInfo).port };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    const { fault } = this;
    const operation = new URL(request.url ?? '', 'http://sim').searchParams.get('operation');
    const reply = JSON.stringify({
      ok: true,
      method: operation,
      params: operation === 'coolerState' ? this.state : null,
    });
    switch (fault?.kind) {
      case undefined:
        response.end(reply);
        return;
      case 'status':
        response.writeHead(fault.status, { location: '/cooler?operation=close' }).end('{}');
        return;
      case 'text':
        response.end(fault.text);
        return;
      case 'slow':
        setTimeout(() => response.end(reply), fault.ms);
        return;
      case 'closes':
        response.writeHead(200, { 'content-length': 10_000 });
        response.write('{"ok"', () => request.socket.destroy());
        return;
      case 'endless': {
        const more = (): void => {
          while (response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      }
    }
  }
}
