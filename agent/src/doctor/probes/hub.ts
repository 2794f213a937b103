import { lookup } from 'node:dns/promises';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { safeText } from '@hearst/protocol';
import type { HubFacts } from '../view.ts';
import type { HubTarget } from './hub-look.ts';

const DAY_MS = 86_400_000;
/** Every step ends within this, ms. */
const STEP_MS = 5000;

/**
 * The way to the hub, step by step: name, encryption, an answer, the broker's port. Nothing secret is sent. A step that
 * fails says why in `detail`.
 */
export async function hubFacts({ url, mqtt, ca }: HubTarget): Promise<HubFacts> {
  const timeoutMs = STEP_MS;
  const { hostname, protocol, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const dns = await resolve(host);
  const secure = protocol === 'https:';
  const [tls, http, broker] = dns.ok
    ? await Promise.all([
        secure ? certificate(host, Number(port || 443), ca, timeoutMs) : null,
        answer(url, ca, timeoutMs),
        mqtt === null ? null : brokerPort(mqtt, timeoutMs),
      ])
    : [secure ? UNTRIED_TLS : null, UNTRIED_HTTP, null];
  return { url, dns, tls, http, broker };
}

const UNTRIED_TLS = { ok: false, detail: 'not tried', daysLeft: null };
const UNTRIED_HTTP = { ok: false, detail: 'not tried', ms: null };

async function resolve(host: string): Promise<HubFacts['dns']> {
  if (isIP(host)) return { ok: true, detail: host };
  try {
    const { address } = await lookup(host);
    return { ok: true, detail: address };
  } catch (error) {
    return { ok: false, detail: reasonOf(error) };
  }
}

/** The certificate as it is, believed or not. A line that is down is no fault of the certificate. */
function certificate(host: string, port: number, ca: string | undefined, timeoutMs: number): Promise<HubFacts['tls']> {
  return new Promise((settle) => {
    const named = isIP(host) ? {} : { servername: host };
    const socket = connectTls({ host, port, ...named, ...believing(ca), rejectUnauthorized: false });
    const end = (facts: HubFacts['tls']): void => {
      socket.destroy();
      settle(facts);
    };
    const unknown = { ok: true, detail: 'not seen', daysLeft: null };
    socket.setTimeout(timeoutMs, () => end(unknown));
    socket.once('error', () => end(unknown));
    socket.once('secureConnect', () => {
      const { valid_to: until } = socket.getPeerCertificate();
      const daysLeft = until ? Math.floor((Date.parse(until) - Date.now()) / DAY_MS) : null;
      const why = socket.authorized ? '' : String(socket.authorizationError ?? 'not trusted');
      end({ ok: socket.authorized, detail: safeText(why) ?? '', daysLeft });
    });
  });
}

function believing(ca: string | undefined): { ca?: string } {
  return ca === undefined ? {} : { ca };
}

async function answer(url: string, ca: string | undefined, timeoutMs: number): Promise<HubFacts['http']> {
  const begun = performance.now();
  try {
    const status = await statusOf(`${url}/healthz`, ca, timeoutMs);
    const ms = performance.now() - begun;
    return status === 200 ? { ok: true, detail: '', ms } : { ok: false, detail: `answers with status ${status}`, ms };
  } catch (error) {
    return { ok: false, detail: reasonOf(error), ms: null };
  }
}

/** What a GET is answered with. (`fetch` knows no authority of one's own.) */
function statusOf(url: string, ca: string | undefined, timeoutMs: number): Promise<number> {
  const { promise, resolve: tell, reject } = Promise.withResolvers<number>();
  const options = { agent: false as const, signal: AbortSignal.timeout(timeoutMs) };
  const request = url.startsWith('https:') ? getSecure(url, { ...options, ...believing(ca) }) : getPlain(url, options);
  request.on('error', reject);
  request.on('response', (response) => {
    response.resume();
    response.on('error', reject);
    response.on('end', () => tell(response.statusCode ?? 0));
  });
  return promise;
}

/** Whether something listens at the broker's port. */
function brokerPort(mqtt: string, timeoutMs: number): Promise<NonNullable<HubFacts['broker']>> {
  const { hostname, port, protocol } = new URL(mqtt);
  const number = Number(port || (protocol === 'mqtts:' ? 8883 : 1883));
  const name = `${hostname}:${number}`;
  return new Promise((settle) => {
    const socket = connectTcp({ host: hostname.replace(/^\[|\]$/g, ''), port: number });
    const end = (ok: boolean, detail: string): void => {
      socket.destroy();
      settle({ ok, detail });
    };
    socket.setTimeout(timeoutMs, () => end(false, `${name} does not answer within ${timeoutMs / 1000} s`));
    socket.once('error', (error) => end(false, `${name}: ${reasonOf(error)}`));
    socket.once('connect', () => end(true, `${name} is open`));
  });
}

/** The innermost reason: `fetch` wraps what happened. Text of the other side is made safe. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return safeText(REASONS[code ?? ''] ?? message ?? String(error), 160) ?? 'failed';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name (ENOTFOUND)',
  EAI_AGAIN: 'no name server answers (EAI_AGAIN)',
  ECONNREFUSED: 'refused: nothing listens there (ECONNREFUSED)',
  EHOSTUNREACH: 'no route to it (EHOSTUNREACH)',
  ENETUNREACH: 'no route to its network (ENETUNREACH)',
  ETIMEDOUT: 'does not answer (ETIMEDOUT)',
};
