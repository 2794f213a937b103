import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { priceSource } from '../clock/sources/price.ts';
import { COMPANY } from '../clock/subject.ts';
import { StandingRig } from '../clock/testing.ts';
import { fetchPrice } from './fetch-price.ts';
import { priceJob } from './job.ts';

let server: Server;
let url: string;
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let asked: string[] = [];
const never = new AbortController().signal;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/btc`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const says = (body: string) => (response: ServerResponse) => void response.end(body);

it.each([
  ['{"price":97000.5}', 'price', 97_000.5],
  ['{"data":[{"amount":"64001.20"}]}', 'data.0.amount', 64_001.2],
])('is read out of %s at %s', async (body, path, price) => {
  answer = says(body);
  expect(await fetchPrice({ url, path }, never)).toBe(price);
});

it.each([
  ['garbage', says('<html>'), /the answer is no JSON/],
  ['nothing', says(''), /the answer is no JSON/],
  ['another shape', says('{"cost":1}'), /no price stands at data\.price/],
  ['a null on the way', says('{"data":null}'), /no price stands/],
  ['a wrong type', says('{"data":{"price":{"usd":1}}}'), /no price stands/],
  ['true', says('{"data":{"price":true}}'), /no price stands/],
  ['a text that is no number', says('{"data":{"price":"12 dollars"}}'), /no price stands/],
  ['an empty text', says('{"data":{"price":" "}}'), /no price stands/],
  ['zero', says('{"data":{"price":0}}'), /no price stands/],
  ['less than nothing', says('{"data":{"price":-5}}'), /no price stands/],
  ['more than a number holds', says('{"data":{"price":1e999}}'), /no price stands/],
  ['an error', (response: ServerResponse) => void response.writeHead(500).end('{"data":{"price":1}}'), /HTTP 500/],
  ['a connection that is cut', (response: ServerResponse) => void response.destroy(), /other side closed|socket/],
])('%s is no price', async (_what, how, reason) => {
  answer = how;
  const failure = fetchPrice({ url, path: 'data.price' }, never);
  await expect(failure).rejects.toThrow(reason);
  await expect(failure).rejects.toThrow(/^the price of bitcoin at 127\.0\.0\.1:\d+ was not read: .*HEARST_PRICE_PATH/);
});

it('a redirect is not followed: nobody else chooses whom the hub asks', async () => {
  asked = [];
  answer = (response, request) =>
    request.url === '/btc'
      ? void response.writeHead(302, { location: '/elsewhere' }).end()
      : void response.end('{"price":1}');
  await expect(fetchPrice({ url, path: 'price' }, never)).rejects.toThrow(/HTTP 302/);
  expect(asked).toEqual(['/btc']);
});

it('an answer without end is left off, whether it comes fast, or is never whole', async () => {
  let sent = 0;
  answer = (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384))) sent++;
    };
    response.on('drain', more);
    more();
  };
  await expect(fetchPrice({ url, path: 'price' }, never)).rejects.toThrow(/longer than 65536 bytes/);
  expect(sent).toBeLessThan(10_000);
  answer = (response) => void response.write('{"price":');
  await expect(fetchPrice({ url, path: 'price' }, never, 100)).rejects.toThrow(/no whole answer within 0.1 s/);
  answer = () => {};
  await expect(fetchPrice({ url, path: 'price' }, never, 100)).rejects.toThrow(/no whole answer within 0.1 s/);
});

it('a hub that stops waits for no answer', async () => {
  const stop = new AbortController();
  answer = () => stop.abort();
  await expect(fetchPrice({ url, path: 'price' }, stop.signal)).rejects.toThrow(/was not read/);
});

it('is kept by the job, alerts beyond the bounds that are on, is clear within, and unknown once it is stale', async () => {
  const rig = await StandingRig.open();
  try {
    const start = Date.UTC(2026, 5, 15);
    let now = start;
    const job = priceJob({ pool: rig.database.ingest, now: () => now }, { url, path: 'price' });
    const both = { bitcoin_price_low: { enabled: true }, bitcoin_price_high: { enabled: true } };
    const standing = rig.standing(priceSource(true));
    /** What holds a minute later, after the job ran where there is a price to read. */
    const told = async (price: number | null, change: Parameters<StandingRig['refresh']>[3] = both) => {
      now += 60_000;
      if (price !== null) {
        answer = says(JSON.stringify({ price }));
        await job.run(never);
      }
      const all = await rig.refresh(standing, COMPANY, new Date(now), change);
      return Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'bitcoin_price '));
    };
    const unknown = { 'bitcoin_price_low ?': null, 'bitcoin_price_high ?': null };
    expect(await told(null)).toEqual(unknown);
    expect(await told(40_000)).toEqual({ 'bitcoin_price_low ': 40_000 });
    expect(await told(51_000)).toEqual({ 'bitcoin_price_low ': 51_000 });
    expect(await told(53_000)).toEqual({});
    expect(await told(160_000)).toEqual({ 'bitcoin_price_high ': 160_000 });
    answer = says('garbage');
    await expect(job.run(never)).rejects.toThrow(/no JSON/);
    now += 14 * 60_000;
    expect(await told(null)).toEqual({ 'bitcoin_price_high ': 160_000 });
    expect(await told(null)).toEqual({ 'bitcoin_price_high ': 160_000, ...unknown });
    // Off as they come.
    expect(await told(10, {})).toEqual({});
    const off = rig.standing(priceSource(false));
    await rig.run(`delete from standing_conditions where source = 'bitcoin_price'`);
    now += 60_000;
    expect(await rig.refresh(off, COMPANY, new Date(now), both)).toEqual({ 'bitcoin_price ': 10 });
  } finally {
    await rig.close();
  }
});
