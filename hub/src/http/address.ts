import { isIPv6 } from 'node:net';
import type { HonoRequest } from 'hono';
import { isLoopback } from '../config.ts';
import type { AppEnv } from './app.ts';

/** What of a request's context tells where it came from. */
interface Asked {
  readonly req: HonoRequest;
  readonly env: AppEnv['Bindings'] | undefined;
}

/**
 * The address that a request came from, for limits: an IPv4 address, or the /64 of an IPv6 one. Behind a declared
 * proxy it is the last hop the proxy names (earlier entries of X-Forwarded-For are the client's own words).
 */
export function addressOf(c: Asked, proxy: boolean): string {
  const forwarded = proxy ? c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() : undefined;
  const address = (forwarded || peerOf(c)).replace(/^::ffff:/i, '');
  if (!isIPv6(address)) return address;
  const full = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return `${expand(full).slice(0, 4).join(':')}::/64`;
}

/**
 * True when nobody on the way could read along: TLS up to the declared proxy, TLS up to the hub itself, or a peer on
 * this machine. What a proxy says of its own client counts more than how the proxy reaches the hub.
 */
export function isPrivate(c: Asked, proxy: boolean): boolean {
  const scheme = c.req.header('X-Forwarded-Proto');
  const forwarded = proxy && (scheme !== undefined || c.req.header('X-Forwarded-For') !== undefined);
  return forwarded ? scheme === 'https' : isEncrypted(c) || isLoopback(peerOf(c));
}

function isEncrypted(c: Asked): boolean {
  const socket = c.env?.incoming?.socket;
  return socket !== undefined && 'encrypted' in socket && socket.encrypted === true;
}

function peerOf(c: Asked): string {
  return c.env?.incoming?.socket.remoteAddress ?? 'unknown';
}

function expand(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
