import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { addressOf, isPrivate } from './address.ts';
import type { AppEnv } from './app.ts';

async function seen(from: string, headers: Record<string, string> = {}, proxy = false, encrypted = false) {
  const app = new Hono<AppEnv>().get('/', (c) => c.json({ address: addressOf(c, proxy), safe: isPrivate(c, proxy) }));
  const response = await app.request('/', { headers }, { incoming: { socket: { remoteAddress: from, encrypted } } });
  return (await response.json()) as { address: string; safe: boolean };
}

describe('addressOf', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('counts %s as %s', async (from, expected) => {
    expect((await seen(from)).address).toBe(expected);
  });

  it('believes forwarded addresses only of a declared proxy', async () => {
    const headers = { 'X-Forwarded-For': '1.1.1.1, 2.2.2.2' };
    expect((await seen('10.0.0.1', headers)).address).toBe('10.0.0.1');
    expect((await seen('10.0.0.1', headers, true)).address).toBe('2.2.2.2');
  });
});

describe('isPrivate', () => {
  it.each([
    ['127.0.0.1', {}, false, true],
    ['::1', {}, false, true],
    ['10.0.0.1', {}, false, false],
    ['10.0.0.1', { 'X-Forwarded-Proto': 'https' }, false, false],
    ['10.0.0.1', { 'X-Forwarded-Proto': 'https' }, true, true],
    ['127.0.0.1', { 'X-Forwarded-Proto': 'http' }, true, false],
    ['127.0.0.1', { 'X-Forwarded-For': '10.0.0.9' }, true, false],
    ['127.0.0.1', {}, true, true],
  ])('%s with %o, proxy %s: %s', async (from, headers, proxy, expected) => {
    expect((await seen(from, headers as Record<string, string>, proxy)).safe).toBe(expected);
  });

  it.each([
    ['10.0.0.1', {}, false, true],
    ['10.0.0.1', { 'X-Forwarded-Proto': 'http' }, false, true],
    ['10.0.0.1', { 'X-Forwarded-Proto': 'http' }, true, false],
    ['10.0.0.1', { 'X-Forwarded-Proto': 'https' }, true, true],
    ['10.0.0.1', {}, true, true],
  ])('over the hub’s own TLS, %s with %o, proxy %s: %s', async (from, headers, proxy, expected) => {
    expect((await seen(from, headers as Record<string, string>, proxy, true)).safe).toBe(expected);
  });
});
