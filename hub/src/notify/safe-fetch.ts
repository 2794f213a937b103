import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { SendError } from './send-error.ts';

/** An address that a name stands for. */
export interface Resolved {
  readonly address: string;
  readonly family: number;
}
export type Resolve = (host: string) => Promise<readonly Resolved[]>;

export interface Answer {
  readonly status: number;
  /** The beginning of the body, as far as it came. */
  readonly body: string;
}

/** Posts to an address that somebody has typed in. */
export type Post = (
  url: string,
  request: { headers?: Readonly<Record<string, string>>; body: string; signal: AbortSignal },
) => Promise<Answer>;

/** More of an answer is not read. */
const ANSWER_BYTES = 16 * 1024;
/** Azure's metadata service, which stands on a public address. */
const METADATA = new Set(['168.63.129.16']);
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Makes the way out to addresses of others (webhooks), which must not become a way in: https alone, to public addresses
 * alone. The name is resolved once and the connection made to the address that was looked at, so that a name which
 * answers otherwise the next moment gains nothing. Redirects are not followed, the answer is read to a limit, and the
 * signal bounds all of it, the resolver too.
 *
 * @param options.allowLocal lets plain http and this machine's own addresses through: for tests and the demo
 * @throws {SendError} (from the function made) what was refused, or how far it got
 */
export function safePost({ allowLocal, resolve = resolveName }: { allowLocal: boolean; resolve?: Resolve }): Post {
  return async (address, { headers = {}, body, signal }) => {
    const url = parsed(address);
    const addresses = await allowedAddresses(url, { allowLocal, resolve, signal });
    return send(url, addresses, { headers, body, signal });
  };
}

/** Whether an address is one of the public internet's. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address) || METADATA.has(address)) return false;
  const ip = ipaddr.parse(address);
  if (ip.range() !== 'unicast') return false;
  return ip.kind() === 'ipv4' || (ip as ipaddr.IPv6).match(GLOBAL_V6);
}

function isOwn(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}

function parsed(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new SendError('The address is none: expected one such as https://hooks.example.com/path.');
  return url;
}

async function allowedAddresses(
  url: URL,
  { allowLocal, resolve, signal }: { allowLocal: boolean; resolve: Resolve; signal: AbortSignal },
): Promise<readonly Resolved[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const schemes = allowLocal ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) throw notHttps(url);
  const addresses = await unlessAborted(resolve(host), signal).catch((error: Error) => {
    throw new SendError(`The name ${host} could not be resolved: ${error.message}.`, { cause: error });
  });
  const isLocal = addresses.length > 0 && addresses.every(({ address }) => isOwn(address));
  if (allowLocal && isLocal) return addresses;
  if (url.protocol !== 'https:') throw notHttps(url);
  const inside = addresses.find(({ address }) => !isPublic(address));
  if (addresses.length === 0 || inside !== undefined)
    throw new SendError(
      `${host} stands for ${inside?.address ?? 'no address'}, which is no address of the public internet: refused.`,
    );
  return addresses;
}

function notHttps({ protocol, host }: URL): SendError {
  return new SendError(`${protocol}//${host} is refused: only https is spoken.`);
}

async function resolveName(host: string): Promise<readonly Resolved[]> {
  return lookup(host, { all: true });
}

function send(
  url: URL,
  addresses: readonly Resolved[],
  { headers, body, signal }: { headers: Readonly<Record<string, string>>; body: string; signal: AbortSignal },
): Promise<Answer> {
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    lookup: pinnedTo(addresses),
    headers: { 'content-type': 'application/json', 'user-agent': 'hearst-hub', ...headers },
    signal,
  };
  return new Promise((resolve, reject) => {
    let connected = false;
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    request.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
    });
    request.on('response', (response) =>
      readSome(response, (text) => {
        resolve({ status: response.statusCode ?? 0, body: text });
        request.destroy();
      }),
    );
    request.on('error', (error) => {
      const reason = signal.aborted ? 'it did not answer in time' : error.message;
      reject(
        new SendError(`${url.host} ${connected ? 'was reached' : 'was not reached'}: ${reason}.`, {
          mayHaveArrived: connected,
          cause: error,
        }),
      );
    });
    request.end(body);
  });
}

/** Ends at the limit, with the body, or where it breaks off: the status has come by then, and decides. */
function readSome(response: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (): void => done(Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8'));
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < ANSWER_BYTES) return;
    response.removeAllListeners('data').pause();
    end();
  });
  response.on('end', end);
  response.on('error', end);
}

/** Whatever name is asked for, the addresses that were looked at. */
function pinnedTo(addresses: readonly Resolved[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('it took too long'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
