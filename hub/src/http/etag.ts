import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
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
  return (c, next) => {
    if (c.req.method === 'GET') c.json = taggedJson(c) as typeof c.json;
    return next();
  };
}

/** `c.json` with a tag, made while the answer is still a text: reading it back took as long again for many miners. */
function taggedJson(c: Context<AppEnv>) {
  return (object: unknown, status: ContentfulStatusCode = 200, headers: Record<string, string> = {}): Response => {
    const text = JSON.stringify(object);
    if (status !== 200) return c.body(text, status, { 'Content-Type': 'application/json', ...headers });
    const tag = `W/"${c.get('version') ?? 0}-${hashWithoutAges(text).slice(0, 22)}"`;
    const known = (c.req.header('If-None-Match') ?? '').split(',').map((entry) => entry.trim());
    if (known.includes(tag) || known.includes('*')) return c.body(null, 304, { ...headers, ETag: tag });
    return c.body(text, status, { 'Content-Type': 'application/json', ETag: tag, ...headers });
  };
}

/** Piece by piece: a text of many miners without its ages, made first, took three times as long. */
function hashWithoutAges(text: string): string {
  const hash = createHash('sha256');
  let from = 0;
  for (const { 0: age, index } of text.matchAll(AGES)) {
    hash.update(text.slice(from, index));
    from = index + age.length;
  }
  return hash.update(text.slice(from)).digest('base64url');
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
