import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { PoolClient } from 'pg';
import { type Activity, type Actor, recordActivities } from '../activity/record.ts';
import type { Principal } from '../auth/principal.ts';
import { type DatabaseContext, includeProject, withContext } from '../db/client.ts';
import { keepAnswer, takeIdempotencyKey } from '../db/queries/idempotency.ts';
import type { KeyFile } from '../keys.ts';
import type { Signed } from './access.ts';
import { addressOf } from './address.ts';
import type { Services } from './app.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/** How long an `Idempotency-Key` stands for the answer it got. */
const KEPT_MS = 24 * 3_600_000;
const KEY = /^[\x21-\x7e]{1,200}$/;

/** What a change reads of the request that asks for it, whether of a person alone or of keys too. */
type Asked = Pick<Context<Signed>, 'req' | 'env' | 'var' | 'body'>;

/** A change under way: one transaction, in the rights of whoever asks. */
export interface Change {
  readonly client: PoolClient;
  readonly principal: Principal;
  readonly at: Date;
  /** Writes the change, or each part of it, into the activity log of its project; call it last, and once. */
  record(...activities: readonly Activity[]): Promise<void>;
  /** Makes a project that was just created visible to the rest of the transaction. */
  include(projectId: string): Promise<void>;
}

/** A change that nobody has signed in for: a command's. Operations that need no principal take either. */
export type UnsignedChange = Omit<Change, 'principal'>;

/**
 * Runs a change as whoever asks, in one transaction together with its entry in the activity log. With an
 * `Idempotency-Key` on a POST the answer is kept in the same transaction: sent again within 24 h, the request is answered
 * as it was then and changes nothing; with another body it is 422.
 */
export function change<R extends Response>(
  c: Asked,
  services: Services,
  work: (change: Change) => Promise<R>,
): Promise<R> {
  const { id, role, projectIds } = c.var.principal;
  return run(c, services, { role, projectIds: projectIds ?? undefined, userId: id }, work);
}

/**
 * The same for what people change of their own account (password, second factor, sessions): every role may, so it is
 * done without one. The database lets it touch nobody else's account (policy `own`); the statements in
 * `queries/account.ts` name the person besides.
 */
export function changeOwnAccount<R extends Response>(
  c: Asked,
  services: Services,
  work: (change: Change) => Promise<R>,
): Promise<R> {
  const { id, projectIds } = c.var.principal;
  return run(c, services, { projectIds: ['HEARST-000', ...(projectIds ?? [])], userId: id }, work);
}

async function run<R extends Response>(
  c: Asked,
  services: Services,
  context: DatabaseContext,
  work: (change: Change) => Promise<R>,
): Promise<R> {
  const principal = c.var.principal;
  const at = new Date(services.now());
  const once = c.req.method === 'POST' ? await idempotencyKey(c, services.keys) : null;
  return withContext(services.api, context, async (client) => {
    if (once !== null) {
      const kept = await takeIdempotencyKey(client, principal.id, once.key, once.hash, at, new Date(+at - KEPT_MS));
      // The route's own answer of the first time, so of the route's own type.
      if (kept !== null) return replay(c, kept, once.hash, services.keys) as R;
    }
    const response = await work({
      client,
      principal,
      at,
      record: (...activities) => recordActivities(client, actorOf(c, services), activities, at),
      include: (projectId) => includeProject(client, projectId),
    });
    if (once !== null) await keepAnswer(client, principal.id, once.key, await seal(response.clone(), services.keys));
    return response;
  });
}

/** Whoever asks, as the activity log names them. */
export function actorOf(c: Asked, { config }: Services): Actor {
  const { kind, id, name } = c.var.principal;
  return { kind, id, name, address: addressOf(c, config.proxy), requestId: c.var.requestId };
}

async function idempotencyKey(c: Asked, keys: KeyFile): Promise<{ key: string; hash: Buffer } | null> {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined) return null;
  if (!KEY.test(key))
    throw new Problem(
      'invalid_request',
      say(
        'Idempotency-Key holds 1 to 200 visible ASCII characters, a UUID for instance.',
        'Idempotency-Key contient 1 à 200 caractères ASCII visibles, un UUID par exemple.',
      ),
    );
  const body = Buffer.from(await c.req.arrayBuffer());
  // A body may hold a password, which a plain hash would give away to guessing.
  const hash = keys.fingerprint(Buffer.concat([Buffer.from(`${c.req.method} ${c.req.url}\n`), body]));
  return { key, hash };
}

interface Sealed {
  status: number;
  headers: [string, string][];
  body: string;
}

/** Headers of an answer that belong to what was done; the rest is made anew for each answer. */
const KEPT_HEADERS = ['content-type', 'location'];

async function seal(response: Response, keys: KeyFile): Promise<Buffer> {
  const headers = [...response.headers].filter(([name]) => KEPT_HEADERS.includes(name.toLowerCase()));
  const sealed: Sealed = { status: response.status, headers, body: await response.text() };
  return keys.encrypt(Buffer.from(JSON.stringify(sealed)));
}

function replay(c: Asked, kept: { requestHash: Buffer; answer: Buffer | null }, hash: Buffer, keys: KeyFile): Response {
  if (!kept.requestHash.equals(hash) || kept.answer === null)
    throw new Problem(
      'idempotency_key_reused',
      say(
        'This Idempotency-Key was used within the last 24 h for a request with another content. Take a new key for a new request.',
        'Cette Idempotency-Key a servi dans les 24 h pour une requête au contenu différent. Prenez une nouvelle clé pour une nouvelle requête.',
      ),
    );
  const { status, headers, body } = JSON.parse(keys.decrypt(kept.answer).toString()) as Sealed;
  const again = { ...Object.fromEntries(headers), 'Idempotency-Replayed': 'true' };
  // Made from the request's context, which knows the headers of every answer.
  return status === 204 ? c.body(null, 204, again) : c.body(body, status as ContentfulStatusCode, again);
}
