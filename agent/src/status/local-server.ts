import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StatusReport, statusText } from './report.ts';

/** Reachable from this machine only. */
const HOST = '127.0.0.1';

export interface LocalServerOptions {
  /** 0: any free port. */
  port: number;
  report: () => StatusReport;
}

/**
 * What the agent says of itself, read-only, to this machine: `/` for people, `/status.json` for programs,
 * `/healthz` (the process lives), `/readyz` (readings are taken and kept).
 */
export class LocalServer {
  readonly #options: LocalServerOptions;
  readonly #server: Server;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 1000 },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxConnections = 64;
  }

  /** Listens; resolves to the port. Rejects when it is taken. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, HOST, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, body, type = 'text/plain' } = this.#content(request);
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #content({ headers, method, url }: IncomingMessage): { status: number; body: string; type?: string } {
    // A page on the internet whose name was made to point here must not read this.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(headers.host ?? '')) return { status: 421, body: 'not here\n' };
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'only GET\n' };
    switch (url?.split('?')[0]) {
      case '/':
        return { status: 200, body: statusText(this.#options.report()) };
      case '/status.json':
        return { status: 200, body: JSON.stringify(this.#options.report()), type: 'application/json' };
      case '/healthz':
        return { status: 200, body: 'ok\n' };
      case '/readyz': {
        const { ready, problems } = this.#options.report();
        if (ready) return { status: 200, body: 'ready\n' };
        return { status: 503, body: `not ready: ${problems.join('; ') || 'no poll kept yet'}\n` };
      }
      default:
        return { status: 404, body: 'not found: try /, /status.json, /healthz or /readyz\n' };
    }
  }
}
