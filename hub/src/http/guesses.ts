import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

export interface GuessLimit {
  /** Failures that one address may make within the window. */
  readonly perAddress: number;
  /** Failures of all addresses together within the window. */
  readonly inAll: number;
  readonly windowMs: number;
}

/**
 * Slows down whoever tries secrets: failures are counted by address and in all, within windows of fixed length, and
 * beyond the limit the next attempts are refused unread. Success costs nothing. Memory is bounded by `inAll`.
 * Counted in this process: each of several hubs counts for itself.
 */
export class Guesses {
  readonly #limit: GuessLimit;
  readonly #now: () => number;
  #windowStart = 0;
  #inAll = 0;
  #byAddress = new Map<string, number>();

  constructor(limit: GuessLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Throws `too_many_requests` when this address, or everyone together, has failed too often. */
  check(address: string): void {
    this.#turnWindow();
    const { perAddress, inAll, windowMs } = this.#limit;
    if (this.#inAll < inAll && (this.#byAddress.get(address) ?? 0) < perAddress) return;
    throw tooManyFailures(this.#windowStart + windowMs - this.#now());
  }

  failed(address: string): void {
    this.#turnWindow();
    this.#inAll++;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  #turnWindow(): void {
    const now = this.#now();
    if (now >= this.#windowStart && now < this.#windowStart + this.#limit.windowMs) return;
    this.#windowStart = now;
    this.#inAll = 0;
    this.#byAddress = new Map();
  }
}

/** What whoever has failed too often is told, whatever they ask. */
export function tooManyFailures(waitMs: number): Problem {
  const waitS = Math.max(1, Math.ceil(waitMs / 1000));
  return new Problem(
    'too_many_requests',
    say(`Too many failed attempts. Try again in ${waitS} s.`, `Trop d'essais manqués. Réessayez dans ${waitS} s.`),
    { headers: { 'Retry-After': String(waitS) } },
  );
}
