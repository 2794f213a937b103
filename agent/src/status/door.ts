import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** How long a browser that gave the code may look, ms. */
const SESSION_MS = 12 * 3_600_000;
const MAX_SESSIONS = 100;
/** Wrong codes in a row: from one address, and from all together, before nobody may try for a while. */
const WINDOW_MS = 600_000;
const FROM_ONE = 5;
const FROM_ALL = 30;
const COOKIE = 'hearst_local';

/**
 * Lets browsers of the site's network in that know the code. A six-digit code is guessed after a million tries: at 30
 * wrong ones in ten minutes that takes most of a year, and the log tells of it. Codes are compared in constant time;
 * sessions live in memory and end with the agent.
 */
export class Door {
  readonly #code: Buffer;
  readonly #clock: Clock;
  /** Hash of the cookie's value to when it ends, mono ms. */
  readonly #sessions = new Map<string, number>();
  #wrong: { from: string; at: number }[] = [];

  constructor(code: string, clock: Clock) {
    this.#code = digest(code);
    this.#clock = clock;
  }

  /** The `Set-Cookie` of a new session, or why there is none. */
  enter(code: string, from: string): { cookie: string } | { refused: 'wrong' | 'too_many' } {
    const now = this.#clock.mono();
    this.#wrong = this.#wrong.filter(({ at }) => now - at < WINDOW_MS);
    const own = this.#wrong.filter((try_) => try_.from === from).length;
    if (own >= FROM_ONE || this.#wrong.length >= FROM_ALL) return { refused: 'too_many' };
    if (!timingSafeEqual(digest(code.trim()), this.#code)) {
      this.#wrong.push({ from, at: now });
      return { refused: 'wrong' };
    }
    const value = randomBytes(32).toString('base64url');
    for (const [key, until] of this.#sessions) if (until < now) this.#sessions.delete(key);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MAX_SESSIONS && oldest) this.#sessions.delete(oldest);
    this.#sessions.set(digest(value).toString('hex'), now + SESSION_MS);
    return { cookie: `${COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_MS / 1000}` };
  }

  /** Whether a request's `Cookie` belongs to a session. */
  knows(cookies: string | undefined): boolean {
    const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(cookies ?? '')?.[1];
    if (value === undefined) return false;
    return (this.#sessions.get(digest(value).toString('hex')) ?? 0) > this.#clock.mono();
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
