import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from './app.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/**
 * Entity tags, `W/"<version>-<hash>"`: the hash is of the whole answer (but for ages, which only count seconds), for
 * `If-None-Match`; the version is the object's own and moves with what people change, not with readings, for `If-Match`.
 * A miner reports every minute: whoever edits its container must not lose to that.
 */
const AGES = /"age_s":[0-9.e+-]+/g;

/** Tags every JSON answer to a GET, and answers 304 where the asker has it already. Routes set `version`. */
export function entityTags(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    if (c.req.method !== 'GET' || c.res.status !== 200) return;
    if (!/^application\/json\b/.test(c.res.headers.get('Content-Type') ?? '')) return;
    const body = await c.res.text();
    const hash = createHash('sha256').update(body.replace(AGES, '')).digest('base64url').slice(0, 22);
    const tag = `W/"${c.get('version') ?? 0}-${hash}"`;
    const headers = new Headers(c.res.headers);
    headers.set('ETag', tag);
    headers.set('Cache-Control', 'private, no-cache');
    const known = (c.req.header('If-None-Match') ?? '').split(',').map((entry) => entry.trim());
    if (known.includes(tag) || known.includes('*')) {
      headers.delete('Content-Type');
      c.res = new Response(null, { status: 304, headers });
    } else c.res = new Response(body, { status: 200, headers });
  };
}

/**
 * Throws 412 when the request says by `If-Match` that it was made for another version than `version`.
 *
 * @param current what stands there now, as the API shows it, so that people can see what changed
 */
export function assertMatches(c: Context, version: number, current: object): void {
  const header = c.req.header('If-Match');
  if (header === undefined || header.trim() === '*') return;
  const versions = [...header.matchAll(/"(\d+)-[A-Za-z0-9_-]*"/g)].map((match) => Number(match[1]));
  if (versions.includes(version)) return;
  throw new Problem(
    'changed_meanwhile',
    say(
      'Somebody has changed this since you read it. Look at what stands there now, and send your change again with its ETag.',
      "Quelqu'un l'a modifié depuis votre lecture. Regardez l'état actuel, puis renvoyez votre modification avec son ETag.",
    ),
    { current },
  );
}
