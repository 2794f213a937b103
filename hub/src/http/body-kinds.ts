import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from './app.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/** The largest body of an ordinary request, bytes. */
const MAX_BODY = 64 * 1024;
/** The largest table, bytes. */
export const MAX_TABLE = 16 * 1024 * 1024;

/** Where a table may be sent in place of JSON. */
const TABLES = /^POST \/api\/projects\/[^/]+\/containers$/;

/** Bounds every body before it is read, and reads JSON alone (tables too where one may be sent): 413 and 415. */
export function boundBodies(): MiddlewareHandler<AppEnv>[] {
  return [
    async (c, next) => {
      await bound(c, takesTable(c.req) ? MAX_TABLE : MAX_BODY);
      await next();
    },
    async (c, next) => {
      // What a request without a body says of it is of no account: some clients name a kind with every request.
      if (c.req.method === 'GET') return next();
      const kind = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
      const json = kind === undefined || kind === 'application/json';
      if (!json && !(kind === 'text/csv' && takesTable(c.req)))
        throw new Problem(
          'unsupported_media_type',
          say(
            `A body of ${kind} is not read here: send application/json${takesTable(c.req) ? ' or text/csv' : ''}.`,
            `Un corps de type ${kind} n'est pas lu ici : envoyez application/json${takesTable(c.req) ? ' ou text/csv' : ''}.`,
          ),
        );
      if (json && kind !== undefined && (await isEmpty(c))) c.req.raw = withoutKind(c.req.raw);
      await next();
    },
  ];
}

/**
 * Refuses a body that is too large: by the length it says, else by reading it, after which it stands whole in the request
 * (hono's own limit makes the request anew from the server's, which only works where globals are replaced).
 */
async function bound({ req }: Context<AppEnv>, most: number): Promise<void> {
  const { raw } = req;
  const length = req.header('Transfer-Encoding') === undefined ? req.header('Content-Length') : undefined;
  if (length !== undefined) {
    if (Number(length) > most) throw tooLarge(most);
    return;
  }
  if (raw.body === null) return;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of raw.body) {
    size += piece.length;
    if (size > most) throw tooLarge(most);
    pieces.push(piece);
  }
  const { url, method, headers } = raw;
  const body = size === 0 ? {} : { body: Buffer.concat(pieces) };
  req.raw = new Request(url, { method, headers: new Headers(headers), ...body });
}

function tooLarge(most: number): Problem {
  return new Problem(
    'too_large',
    say(
      `The body is larger than this operation takes: ${most} bytes at most.`,
      `Le corps est plus grand que cette opération ne l'accepte : ${most} octets au plus.`,
    ),
  );
}

/** Whether a body that does not say how long it is, or says 0, has nothing in it. */
async function isEmpty({ req }: Context<AppEnv>): Promise<boolean> {
  const length = req.header('Content-Length') ?? '0';
  return length === '0' && (await req.arrayBuffer()).byteLength === 0;
}

/** The request as one that never had a body: an operation that needs none takes it, whatever kind it names. */
function withoutKind({ url, method, headers }: Request): Request {
  const kept = new Headers(headers);
  kept.delete('Content-Type');
  return new Request(url, { method, headers: kept });
}

function takesTable(request: { method: string; path: string }): boolean {
  return TABLES.test(`${request.method} ${request.path}`);
}
