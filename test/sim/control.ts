import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ZodError } from 'zod';
import { type Fault, FaultError, type FaultRequest } from './faults.ts';

/** What the control port steers. */
export interface Controlled {
  state(): object;
  faults(): Fault[];
  addFault(request: FaultRequest): Promise<Fault>;
  removeFault(id: number): Promise<boolean>;
  clearFaults(): Promise<number>;
  flushOracle(): void;
}

interface Answer {
  status: number;
  body: unknown;
}

/**
 * Steers a simulated site over HTTP, on 127.0.0.1 only:
 *
 *     GET    /state        what it is doing
 *     GET    /faults       the active ones
 *     POST   /faults       { "target": "QATAR-C01", "kind": "dead", "share": 0.05, ... }: 201 and the fault
 *     DELETE /faults       ends all: { "ended": 3 };  DELETE /faults/7 ends one
 *     POST   /oracle/flush everything sent so far stands in the oracle's file
 */
export class ControlServer {
  readonly #site: Controlled;
  readonly #server: http.Server;

  constructor(site: Controlled) {
    this.#site = site;
    this.#server = http.createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify(body)}\n`);
      });
    });
  }

  async start(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: http.IncomingMessage): Promise<Answer> {
    try {
      return await this.#route(request);
    } catch (error) {
      if (error instanceof ZodError) return { status: 422, body: { error: 'no such fault', issues: error.issues } };
      if (error instanceof FaultError || error instanceof SyntaxError) return failed(422, error.message);
      return failed(500, error instanceof Error ? error.message : String(error));
    }
  }

  async #route(request: http.IncomingMessage): Promise<Answer> {
    const [, resource, item] = (request.url ?? '').split(/[/?]/);
    switch (`${request.method} /${resource}${item === undefined ? '' : '/:'}`) {
      case 'GET /state':
        return { status: 200, body: this.#site.state() };
      case 'GET /faults':
        return { status: 200, body: this.#site.faults() };
      case 'POST /faults':
        return { status: 201, body: await this.#site.addFault(JSON.parse(await text(request)) as FaultRequest) };
      case 'DELETE /faults':
        return { status: 200, body: { ended: await this.#site.clearFaults() } };
      case 'DELETE /faults/:':
        return (await this.#site.removeFault(Number(item)))
          ? { status: 200, body: { ended: 1 } }
          : failed(404, `no active fault ${item}`);
      case 'POST /oracle/:':
        this.#site.flushOracle();
        return { status: 200, body: {} };
      default:
        return failed(404, 'GET /state, GET|POST|DELETE /faults, DELETE /faults/ID, POST /oracle/flush');
    }
  }
}

const failed = (status: number, error: string): Answer => ({ status, body: { error } });
