import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Clock, systemClock } from '../clock.ts';
import { codePage, json } from './agent-answers.ts';
import { LocalServer } from './local-server.ts';
import { pageContent } from './page.ts';

const CODE = '314159';
const TOKEN = 't'.repeat(43);
/** An address of this machine that is not the loopback's usual one stands for the site's network. */
const NETWORK = '127.0.0.5';

let server: LocalServer;
let port: number;
let ahead = 0;
let done: unknown[] = [];
const clock: Clock = { ...systemClock, mono: () => systemClock.mono() + ahead };

beforeEach(async () => {
  ahead = 0;
  done = [];
  server = new LocalServer({
    clock,
    answers: { '/': () => pageContent('live'), '/status.json': () => json({ fine: true }) },
    codePage,
    commands: { '/maintenance': (body) => json(done.push(body)) },
    token: TOKEN,
    network: { address: NETWORK, code: CODE },
  });
  port = await server.start(0);
});
afterEach(() => server.stop());

async function ask(host: string, path: string, options: RequestOptions = {}, body = '') {
  const sent = request({ host, port, path, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const enter = (code: string, headers: Record<string, string> = {}) =>
  ask(
    NETWORK,
    '/session',
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } },
    `code=${code}`,
  );

it('on the site network shows nothing but the question for the code, until it is given', async () => {
  expect(await ask(NETWORK, '/')).toMatchObject({ status: 200, body: expect.stringContaining('name="code"') });
  expect(await ask(NETWORK, '/status.json')).toMatchObject({ status: 401 });
  expect((await enter('000000')).status).toBe(401);
  const entered = await enter(CODE);
  const [cookie = ''] = entered.headers['set-cookie'] ?? [];
  expect(entered).toMatchObject({ status: 303, headers: { location: '/' } });
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; /);
  const headers = { cookie: cookie.split(';')[0] ?? '' };
  expect(await ask(NETWORK, '/status.json', { headers })).toMatchObject({ status: 200, body: '{"fine":true}' });
  expect((await ask(NETWORK, '/status.json', { headers: { cookie: `hearst_local=${'x'.repeat(43)}` } })).status).toBe(
    401,
  );
  ahead = 13 * 3_600_000;
  expect((await ask(NETWORK, '/status.json', { headers })).status).toBe(401);
});

it('takes five wrong codes from one address, then none for ten minutes, not even the right one', async () => {
  for (let i = 0; i < 5; i++) expect((await enter('111111')).status).toBe(401);
  expect((await enter(CODE)).status).toBe(429);
  ahead = 601_000;
  expect((await enter(CODE)).status).toBe(303);
});

it('answers its own address only, and no form of another page', async () => {
  expect((await ask(NETWORK, '/', { headers: { host: 'evil.example' } })).status).toBe(421);
  expect((await ask('127.0.0.1', '/', { headers: { host: 'evil.example' } })).status).toBe(421);
  expect((await enter(CODE, { origin: 'http://evil.example' })).status).toBe(421);
});

it('takes commands on loopback with the token alone, never from the network', async () => {
  const send = (host: string, headers: Record<string, string>, body = '{"a":1}') =>
    ask(host, '/maintenance', { method: 'POST', headers }, body);
  const good = { authorization: `Bearer ${TOKEN}` };
  expect((await send('127.0.0.1', {})).status).toBe(403);
  expect((await send('127.0.0.1', { authorization: `Bearer ${'u'.repeat(43)}` })).status).toBe(403);
  expect((await send('127.0.0.1', good, 'no json')).status).toBe(400);
  const cookie = (await enter(CODE)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  expect((await send(NETWORK, { ...good, cookie })).status).toBe(405);
  expect(done).toEqual([]);
  expect((await send('127.0.0.1', good)).status).toBe(200);
  expect(done).toEqual([{ a: 1 }]);
  expect((await ask('127.0.0.1', '/status.json', { method: 'DELETE' })).status).toBe(405);
});

it('lets the page run its own script and style, and nothing else', async () => {
  const { headers, body } = await ask('127.0.0.1', '/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/);
  expect(policy).not.toContain('unsafe');
  expect(body).not.toMatch(/\son\w+=|style="|https?:\/\/|src=/);
});

it('writes what a file says as text', () => {
  const { body } = pageContent('faults', { file: '/x', text: '<script>alert(1)</script>' });
  expect(body).toContain('&lt;script&gt;alert(1)');
});
