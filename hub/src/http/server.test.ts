import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/harness/certificate.ts';
import { isPrivate } from './address.ts';
import type { AppEnv } from './app.ts';
import { HttpServer } from './server.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearst-server-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

function open(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, () => resolve(socket)));
    socket.on('error', reject);
    sockets.push(socket);
  });
}

function askTls(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, ca, agent: false }, (response) => resolve(text(response))).on('error', reject);
  });
}

describe('HttpServer', () => {
  it('finishes what it is answering, then stops without waiting for more', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answer, resolve: release } = Promise.withResolvers<void>();
    const app = new Hono().get('/', async (c) => {
      ask();
      await answer;
      return c.text('done');
    });
    const server = new HttpServer({ app, host: '127.0.0.1', port: 0, drainMs: 600_000 });
    const { port } = await server.start();
    const response = fetch(`http://127.0.0.1:${port}/`);
    await asked;
    const stopped = server.stop();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    release();
    expect(await (await response).text()).toBe('done');
    await stopped;
  });

  it('does not wait for clients that hold a connection or never finish a request', async () => {
    const app = new Hono().get('/', () => new Promise<Response>(() => {}));
    const server = new HttpServer({ app, host: '127.0.0.1', port: 0, drainMs: 50 });
    const { port } = await server.start();
    await open(port, '');
    await open(port, 'GET / HTTP/1.1\r\nHost: x\r\n');
    await open(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await server.stop();
    await server.stop();
  });

  it('refuses headers that are too large', async () => {
    const server = new HttpServer({ app: new Hono().get('/', (c) => c.text('')), host: '127.0.0.1', port: 0 });
    const { port } = await server.start();
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'X-Long': 'x'.repeat(20_000) } });
    expect(response.status).toBe(431);
    await server.stop();
  });

  it('serves https with a certificate, and nothing in plain text', async () => {
    const app = new Hono<AppEnv>().get('/', (c) => c.json({ private: isPrivate(c, false), url: c.req.url }));
    const { cert, key } = makeCertificate(folder);
    const server = new HttpServer({ app, host: '127.0.0.1', port: 0, tls: { cert, key } });
    const { port } = await server.start();
    const answer = await askTls(port, cert);
    expect(JSON.parse(answer)).toEqual({ private: true, url: `https://127.0.0.1:${port}/` });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    await expect(askTls(port, makeCertificate(folder, 'other').cert)).rejects.toThrow(/self-signed|unable to verify/i);
    await server.stop();
  });

  it('does not wait for whoever never finishes a TLS handshake', async () => {
    const app = new Hono().get('/', (c) => c.text(''));
    const server = new HttpServer({ app, host: '127.0.0.1', port: 0, drainMs: 50, tls: makeCertificate(folder) });
    const { port } = await server.start();
    await open(port, '');
    await open(port, '\x16\x03\x01');
    await server.stop();
  });

  it('says which port is taken, by whom it may be, and what to set', async () => {
    const app = new Hono();
    const first = new HttpServer({ app, host: '127.0.0.1', port: 0 });
    const { port } = await first.start();
    await expect(new HttpServer({ app, host: '127.0.0.1', port }).start()).rejects.toThrow(
      `The hub cannot serve HTTP on 127.0.0.1:${port}: the port is in use, perhaps by another hub or another web server. ` +
        `Stop that program (to find it: ss -ltnp 'sport = :${port}'), or set HEARST_HTTP_PORT to another port.`,
    );
    await first.stop();
  });

  it('says that an address is none of this machine', async () => {
    const server = new HttpServer({ app: new Hono(), host: '192.0.2.1', port: 0 });
    await expect(server.start()).rejects.toThrow(/Set HEARST_HOST/);
  });
});
