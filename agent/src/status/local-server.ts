import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { Door } from './door.ts';

/** Where the page always is: reachable from this machine only. */
const LOOPBACK = '127.0.0.1';
const MAX_BODY = 4096;

/** What is answered. */
export interface Content {
  status: number;
  body: string;
  type?: string;
  headers?: Record<string, string>;
}

/** What is asked, as far as an answer may depend on it. */
export interface Asked {
  url: URL;
  /** Whether a browser asks, which wants the page and not plain text. */
  html: boolean;
}

export type Answer = (asked: Asked) => Content | Promise<Content>;
/** Takes a JSON body that was not looked at yet. */
export type Command = (body: unknown) => Content | Promise<Content>;

export interface LocalServerOptions {
  /** By path; each only reads. */
  answers: Readonly<Record<string, Answer>>;
  /** The form that asks for the code; `failed`: why the last one was not taken. */
  codePage?: (failed: 'wrong' | 'too_many' | null) => Content;
  /** What may be asked of the agent itself, from this machine and with the token only. */
  commands?: Readonly<Record<string, Command>>;
  token?: string;
  /** An address of the site's network where browsers that know the code may look too. */
  network?: { address: string; code: string } | null;
  clock: Clock;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * What the agent says of itself, on this machine and, where the site file says so, on the site's network behind a
 * code.
 *
 * - Reading is GET and changes nothing. Commands are POST, on loopback only, with the token that only the owner of
 *   the data folder can read; none of them reaches a device.
 * - A page on the internet whose name was made to point here gets nothing: the Host must be the address.
 * - Nothing is cached, framed, or run from elsewhere.
 */
export class LocalServer {
  readonly #options: LocalServerOptions;
  readonly #door: Door | null;
  readonly #loopback: Server;
  readonly #network: Server | null;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    this.#door = options.network ? new Door(options.network.code, options.clock) : null;
    this.#loopback = this.#server((request) => this.#onLoopback(request));
    this.#network = options.network ? this.#server((request) => this.#onNetwork(request)) : null;
  }

  /** Listens, 0 being any free port; resolves to it. Rejects when it is taken, or the address is not this machine's. */
  async start(wanted: number): Promise<number> {
    const port = await listen(this.#loopback, wanted, LOOPBACK);
    const { network } = this.#options;
    if (this.#network && network) {
      try {
        await listen(this.#network, port, network.address);
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
    return port;
  }

  async stop(): Promise<void> {
    await Promise.all([close(this.#loopback), this.#network && close(this.#network)]);
  }

  #server(answer: (request: IncomingMessage) => Promise<Content>): Server {
    const server = createServer(
      { requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000 },
      (request, response) =>
        void answer(request)
          .catch((error: Error): Content => ({ status: 500, body: `${error.message}\n` }))
          .then((content) => write(request, response, content)),
    );
    server.maxConnections = 64;
    return server;
  }

  async #onLoopback(request: IncomingMessage): Promise<Content> {
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(request.headers.host ?? '')) return NOT_HERE;
    if (request.method === 'POST') return this.#command(request);
    return this.#read(request);
  }

  async #onNetwork(request: IncomingMessage): Promise<Content> {
    const { network, codePage } = this.#options;
    const { headers, method, socket } = request;
    if (headers.host?.replace(/:\d+$/, '') !== network?.address || !this.#door || !codePage) return NOT_HERE;
    if (this.#door.knows(headers.cookie)) return this.#read(request);
    const path = pathOf(request);
    if (method !== 'POST' || path !== '/session')
      return path === '/' ? codePage(null) : { status: 401, body: 'code needed\n' };
    // A form of another page must not try codes.
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) return NOT_HERE;
    const code = new URLSearchParams(await bodyOf(request)).get('code') ?? '';
    const entered = this.#door.enter(code, socket.remoteAddress ?? '');
    if ('refused' in entered) return codePage(entered.refused);
    return { status: 303, body: '', headers: { location: '/', 'set-cookie': entered.cookie } };
  }

  async #read(request: IncomingMessage): Promise<Content> {
    const { method, headers } = request;
    if (method !== 'GET' && method !== 'HEAD')
      return { status: 405, body: 'only GET\n', headers: { allow: 'GET, HEAD' } };
    const { answers } = this.#options;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const answer = Object.hasOwn(answers, url.pathname) ? answers[url.pathname] : undefined;
    const known = Object.keys(answers).join(', ');
    if (!answer) return { status: 404, body: `not found: try ${known}\n` };
    return answer({ url, html: /\btext\/html\b/.test(headers.accept ?? '') });
  }

  async #command(request: IncomingMessage): Promise<Content> {
    const { commands = {}, token } = this.#options;
    const path = pathOf(request);
    const command = Object.hasOwn(commands, path) ? commands[path] : undefined;
    if (!command || token === undefined) return { status: 405, body: 'only GET\n', headers: { allow: 'GET, HEAD' } };
    if (!same(request.headers.authorization ?? '', `Bearer ${token}`)) return { status: 403, body: 'token needed\n' };
    let body: unknown;
    try {
      body = JSON.parse(await bodyOf(request));
    } catch {
      return { status: 400, body: 'expected JSON\n' }; // whoever holds the token is told, and nothing was done
    }
    return command(body);
  }
}

const NOT_HERE: Content = { status: 421, body: 'not here\n' };

const pathOf = ({ url }: IncomingMessage): string => url?.split('?')[0] ?? '/';

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BODY) throw new Error('too much');
  }
  return text;
}

function write(request: IncomingMessage, response: ServerResponse, content: Content): void {
  const { status, body, type = 'text/plain; charset=utf-8', headers = {} } = content;
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function listen(server: Server, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** In constant time, whatever the lengths. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
