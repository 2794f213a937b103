import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublic, type Resolved, safePost } from './safe-fetch.ts';
import { SendError } from './send-error.ts';

let server: Server;
let port: number;
let requests = 0;

beforeAll(async () => {
  server = createServer((_request, response) => {
    requests++;
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

const request = () => ({ body: '{}', signal: AbortSignal.timeout(2000) });

async function refusal(work: Promise<unknown>): Promise<SendError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SendError);
  return error as SendError;
}

describe('what is an address of the public internet', () => {
  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1', true],
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['168.63.129.16', false],
    ['100.64.0.1', false],
    ['100.100.100.200', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['198.18.0.1', false],
    ['192.0.0.192', false],
    ['::', false],
    ['::1', false],
    ['::7f00:1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['::ffff:0:7f00:1', false],
    ['64:ff9b::7f00:1', false],
    ['64:ff9b:1::a00:1', false],
    ['2002:7f00:1::', false],
    ['2001::1', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['fec0::1', false],
    ['fc00::1', false],
    ['fd00:ec2::254', false],
    ['ff02::1', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => {
    expect(isPublic(address)).toBe(expected);
  });
});

describe('the way out', () => {
  it.each([
    'http://example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://localhost/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'nonsense',
  ])('does not lead to %s', async (url) => {
    const resolve = async (host: string): Promise<Resolved[]> =>
      host === 'example.com' ? [{ address: '93.184.216.34', family: 4 }] : realLookup(host);
    const error = await refusal(safePost({ allowLocal: false, resolve })(url, request()));
    expect(error.mayHaveArrived).toBe(false);
  });

  it('does not lead to a name that stands for an address inside, beside others too', async () => {
    for (const inside of ['10.0.0.5', '::1', '169.254.169.254']) {
      const resolve = async () => [
        { address: '93.184.216.34', family: 4 },
        { address: inside, family: inside.includes(':') ? 6 : 4 },
      ];
      const error = await refusal(safePost({ allowLocal: false, resolve })('https://hooks.example.com/', request()));
      expect(error.message).toContain(inside);
    }
  });

  it('asks for a name once, and goes to the address that was looked at', async () => {
    let asked = 0;
    // The first answer is what is checked; whoever asked again would be led elsewhere.
    const resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    const before = requests;
    const answer = await safePost({ allowLocal: true, resolve })(`http://rebinding.test:${port}/`, request());
    expect([answer, asked, requests - before]).toEqual([{ status: 200, body: 'hello' }, 1, 1]);
  });

  it('leads to this machine only where that is allowed, and then to no other address inside', async () => {
    const error = await refusal(safePost({ allowLocal: false })(`http://127.0.0.1:${port}/`, request()));
    expect(error.message).toContain('only https');
    expect((await safePost({ allowLocal: true })(`http://127.0.0.1:${port}/`, request())).status).toBe(200);
    const resolve = async () => [{ address: '10.0.0.1', family: 4 }];
    await refusal(safePost({ allowLocal: true, resolve })('http://inside.test/', request()));
    await refusal(safePost({ allowLocal: true, resolve })('https://inside.test/', request()));
  });

  it('does not wait for ever for a name', async () => {
    const resolve = () => new Promise<never>(() => {});
    const signal = AbortSignal.timeout(50);
    const error = await refusal(safePost({ allowLocal: false, resolve })('https://slow.test/', { body: '', signal }));
    expect(error.message).toContain('took too long');
  });

  it('tells what was never reached from what may have arrived', async () => {
    const closed = await refusal(safePost({ allowLocal: true })('http://127.0.0.1:1/', request()));
    const dying = createTcpServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => dying.listen(0, '127.0.0.1', resolve));
    const { port: at } = dying.address() as AddressInfo;
    const died = await refusal(safePost({ allowLocal: true })(`http://127.0.0.1:${at}/`, request()));
    dying.close();
    expect([closed.mayHaveArrived, died.mayHaveArrived]).toEqual([false, true]);
  });
});

async function realLookup(host: string): Promise<Resolved[]> {
  const { lookup } = await import('node:dns/promises');
  return lookup(host, { all: true });
}
