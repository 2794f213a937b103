import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Certificate } from '../certificate.ts';
import { HubError } from '../errors.ts';
import type { App } from './app.ts';

export interface HttpServerOptions {
  readonly app: Pick<App, 'fetch'> | Pick<Hono, 'fetch'>;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** The variable that sets the port; HEARST_HTTP_PORT unless told. */
  readonly setting?: string;
  /** Serves https with it; plain http without. */
  readonly tls?: Certificate | null;
  /** How long requests that are being answered may go on once the server stops, ms. */
  readonly drainMs?: number;
}

const DRAIN_MS = 5_000;
/** How often a server that stops looks for connections whose last answer is out. */
const CLOSE_IDLE_MS = 20;

const BOUNDS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};
const TLS_BOUNDS = { handshakeTimeout: 10_000, minVersion: 'TLSv1.2' } as const;

/** The app on a port, with a bound on everything a client can hold on to. */
export class HttpServer {
  readonly #server: Server | TlsServer;
  readonly #host: string;
  readonly #port: number;
  readonly #setting: string;
  readonly #drainMs: number;

  constructor({ app, host, port, setting = 'HEARST_HTTP_PORT', tls = null, drainMs = DRAIN_MS }: HttpServerOptions) {
    this.#setting = setting;
    this.#drainMs = drainMs;
    this.#host = host;
    this.#port = port;
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    this.#server =
      tls === null ? createServer(BOUNDS, listener) : createTlsServer({ ...BOUNDS, ...tls, ...TLS_BOUNDS }, listener);
    this.#server.maxConnections = 1_000;
    this.#server.maxRequestsPerSocket = 10_000;
  }

  /** Listens; rejects with what to do when the port cannot be had. */
  start(): Promise<{ port: number }> {
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(cannotListen(error, this.#host, this.#port, this.#setting));
      this.#server.once('error', fail);
      this.#server.listen(this.#port, this.#host, () => {
        this.#server.off('error', fail);
        const address = this.#server.address();
        resolve({ port: typeof address === 'object' && address !== null ? address.port : this.#port });
      });
    });
  }

  /** Takes no more requests, lets those under way finish within a bound, then cuts what is left. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cut = setTimeout(() => this.#server.closeAllConnections(), this.#drainMs);
    const closeIdle = setInterval(() => this.#server.closeIdleConnections(), CLOSE_IDLE_MS);
    await closed;
    clearInterval(closeIdle);
    clearTimeout(cut);
  }
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number, setting: string): HubError {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'the port is in use, perhaps by another hub or another web server'
      : error.code === 'EACCES'
        ? 'this user may not use the port'
        : error.code === 'EADDRNOTAVAIL'
          ? 'the address is none of this machine'
          : error.message;
  const remedy =
    error.code === 'EADDRNOTAVAIL'
      ? 'Set HEARST_HOST to an address of this machine.'
      : `Stop that program (to find it: ss -ltnp 'sport = :${port}'), or set ${setting} to another port.`;
  return new HubError(`The hub cannot serve HTTP on ${host}:${port}: ${reason}. ${remedy}`, { cause: error });
}
