import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
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
  const ordinary = bodyLimit({ maxSize: MAX_BODY });
  const table = bodyLimit({ maxSize: MAX_TABLE });
  return [
    (c, next) => (takesTable(c.req) ? table : ordinary)(c, next),
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
