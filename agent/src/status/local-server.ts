import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StatusReport, statusText } from './report.ts';

/** Reachable from this machine only. */
const HOST = '127.0.0.1';

export interface LocalServerOptions {
  /** 0: any free port. */
  port: number;
  report: () => StatusReport;
  /** What is measured, in Prometheus' text format. */
  metrics: () => Promise<{ contentType: string; text: string }>;
}

interface Content {
  status: number;
  body: string;
  type?: string;
}

/**
 * What the agent says of itself, read-only, to this machine: `/` for people, `/status.json` for programs,
 * `/metrics` for Prometheus, `/healthz` (the process lives), `/readyz` (readings are taken and kept).
 */
export class LocalServer {
  readonly #options: LocalServerOptions;
  readonly #server: Server;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 1000 },
      (request, response) => void this.#answer(request, response),
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {
      status,
      body,
      type = 'text/plain; charset=utf-8',
    } = await this.#content(request).catch((error: Error): Content => ({ status: 500, body: `${error.message}\n` }));
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #content({ headers, method, url }: IncomingMessage): Promise<Content> {
    // A page on the internet whose name was made to point here must not read this.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(headers.host ?? '')) return { status: 421, body: 'not here\n' };
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'only GET\n' };
    switch (url?.split('?')[0]) {
      case '/':
        return { status: 200, body: statusText(this.#options.report()) };
      case '/status.json':
        return { status: 200, body: JSON.stringify(this.#options.report()), type: 'application/json; charset=utf-8' };
      case '/metrics': {
        const { contentType, text } = await this.#options.metrics();
        return { status: 200, body: text, type: contentType };
      }
      case '/healthz':
        return { status: 200, body: 'ok\n' };
      case '/readyz': {
        const { ready, problems } = this.#options.report();
        if (ready) return { status: 200, body: 'ready\n' };
        return { status: 503, body: `not ready: ${problems.join('; ') || 'no poll kept yet'}\n` };
      }
      default:
        return { status: 404, body: 'not found: try /, /status.json, /metrics, /healthz or /readyz\n' };
    }
  }
}
