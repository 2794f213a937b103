import { createHash } from 'node:crypto';
import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { type FailureCount, lockFailures, saveFailures } from '../db/queries/sign-in-failures.ts';

/**
 * Guessing passwords, made slow. Failures are counted in the database, by all hubs together: of the account, of the
 * address (an IPv6 one by its /64) and of everybody. What holds:
 *
 * - beyond a few free failures each next attempt has to wait, twice as long as the one before, up to a longest wait.
 *   Nobody is ever locked out for good; who waits gets an attempt;
 * - an attempt is counted before the password is looked at and taken back when it was right, so guesses sent at once
 *   do not slip through together;
 * - an account that does not exist counts like one that does;
 * - an attempt that comes too early is refused unread and counts nothing;
 * - counts start again with each window (a day or an hour, by the clock), and success forgets the account's.
 */
const LIMITS: Record<Kind, Limit> = {
  account: { free: 5, firstMs: 1_000, longestMs: 15 * 60_000, windowMs: 24 * 3_600_000 },
  address: { free: 30, firstMs: 1_000, longestMs: 5 * 60_000, windowMs: 3_600_000 },
  // Many addresses against many accounts. Short, for whoever signs in honestly meanwhile has to wait as well.
  all: { free: 300, firstMs: 100, longestMs: 2_000, windowMs: 3_600_000 },
};

type Kind = 'account' | 'address' | 'all';

interface Limit {
  /** Failures within the window that cost no waiting. */
  readonly free: number;
  readonly firstMs: number;
  readonly longestMs: number;
  readonly windowMs: number;
}

/** An attempt that may be made now. It counts as failed until one of these is called. */
export interface Attempt {
  /** The password was right: the account's failures are forgotten. */
  succeeded(): Promise<void>;
  /** Nothing was found out either way: as if it had not been made. */
  withdrawn(): Promise<void>;
}

/** Of the table of failures, all an attempt may see. */
const CONTEXT = { projectIds: [GLOBAL_PROJECT_ID] };

/**
 * Begins an attempt on the account of an e-mail address from a network address, or says how long to wait first.
 *
 * @param who.email as `normalEmail` gives it, whether or not there is such an account
 */
export async function beginAttempt(
  { pool, now }: { pool: Pool; now: () => number },
  who: { email: string; address: string },
): Promise<Attempt | { waitMs: number }> {
  // Hashed: people type their password where the address belongs.
  const account = `account:${createHash('sha256').update(who.email).digest('hex')}`;
  const at = now();
  const subjects = [account, `address:${who.address.slice(0, 100)}`, 'all'];
  const outcome = await withContext(pool, CONTEXT, async (client) => {
    const known = new Map((await lockFailures(client, subjects)).map((count) => [count.subject, count]));
    const counts = subjects.map((subject) => known.get(subject) ?? none(subject, at));
    const waitMs = Math.max(...counts.map((count) => waitOf(count, at)));
    if (waitMs > 0) return { waitMs };
    const counted = counts.map((count) => oneMore(count, at));
    await saveFailures(client, counted);
    return { counted };
  });
  if (outcome.counted === undefined) return { waitMs: outcome.waitMs };
  const { counted } = outcome;
  const correct = (corrected: (count: FailureCount) => FailureCount) =>
    withContext(pool, CONTEXT, async (client) =>
      saveFailures(client, (await lockFailures(client, subjects)).map(corrected)),
    );
  return {
    succeeded: () => correct((count) => (count.subject === account ? none(account, at) : oneLess(count, counted))),
    withdrawn: () => correct((count) => oneLess(count, counted)),
  };
}

function limitOf(subject: string): Limit {
  return LIMITS[subject.split(':', 1)[0] as Kind];
}

/** How long a subject has still to wait, ms. A wait longer than there is comes from a clock that was wrong: none. */
function waitOf({ subject, blockedUntil }: FailureCount, at: number): number {
  const waitMs = blockedUntil === null ? 0 : +blockedUntil - at;
  return waitMs > limitOf(subject).longestMs ? 0 : Math.max(0, waitMs);
}

function oneMore({ subject, failures, lastAt }: FailureCount, at: number): FailureCount {
  const { free, firstMs, longestMs, windowMs } = limitOf(subject);
  const sameWindow = Math.floor(+lastAt / windowMs) === Math.floor(at / windowMs);
  const count = (sameWindow ? failures : 0) + 1;
  const waitMs = count <= free ? 0 : Math.min(longestMs, firstMs * 2 ** (count - free - 1));
  return { subject, failures: count, lastAt: new Date(at), blockedUntil: waitMs === 0 ? null : new Date(at + waitMs) };
}

/** Takes an attempt back, and the wait that it meant unless a later one has set another. */
function oneLess(count: FailureCount, counted: readonly FailureCount[]): FailureCount {
  const set = counted.find(({ subject }) => subject === count.subject)?.blockedUntil ?? null;
  const blockedUntil = count.blockedUntil !== null && +count.blockedUntil === Number(set) ? null : count.blockedUntil;
  return { ...count, failures: Math.max(0, count.failures - 1), blockedUntil };
}

function none(subject: string, at: number): FailureCount {
  return { subject, failures: 0, lastAt: new Date(at), blockedUntil: null };
}
