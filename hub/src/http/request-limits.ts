import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../auth/principal.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

const MINUTE_S = 60;
/** Requests a minute: of a key or person, those of them that cost much, and sign-ins from one address. */
const A_MINUTE = { ordinary: 600, heavy: 60, signIn: 10 } as const;
/** Query fields that ask for a table or a series. */
const HEAVY_FIELDS = ['format', 'range', 'from'];

/**
 * How much one asker may ask, told in `RateLimit` headers; beyond it 429 with `Retry-After`. Counted in this process,
 * so each of several hubs allows as much. Guessing is slowed down besides, whether or not these limits are on.
 */
export class RequestLimits {
  readonly #ordinary = new RateLimiterMemory({ points: A_MINUTE.ordinary, duration: MINUTE_S });
  readonly #heavy = new RateLimiterMemory({ points: A_MINUTE.heavy, duration: MINUTE_S });
  readonly #signIn = new RateLimiterMemory({ points: A_MINUTE.signIn, duration: MINUTE_S });

  /** Counts a request of somebody who is known; the headers tell of the limit that is nearer. */
  async take(c: Context, principal: Principal): Promise<void> {
    await count(c, this.#ordinary, principal.id);
    if (HEAVY_FIELDS.some((field) => c.req.query(field) !== undefined)) await count(c, this.#heavy, principal.id);
  }

  /** Counts an attempt to sign in from an address. */
  takeSignIn(c: Context, address: string): Promise<void> {
    return count(c, this.#signIn, address);
  }
}

async function count(c: Context, limiter: RateLimiterMemory, asker: string): Promise<void> {
  const outcome = await limiter.consume(asker).catch((refused: unknown) => refused);
  if (!(outcome instanceof RateLimiterRes)) throw outcome;
  const resetS = Math.max(1, Math.ceil(outcome.msBeforeNext / 1000));
  c.header('RateLimit-Limit', String(limiter.points));
  c.header('RateLimit-Remaining', String(outcome.remainingPoints));
  c.header('RateLimit-Reset', String(resetS));
  if (outcome.consumedPoints <= limiter.points) return;
  throw new Problem(
    'too_many_requests',
    say(
      `More than ${limiter.points} such requests a minute. Try again in ${resetS} s.`,
      `Plus de ${limiter.points} requêtes de ce type par minute. Réessayez dans ${resetS} s.`,
    ),
    { headers: { 'Retry-After': String(resetS) } },
  );
}
