import type { Principal } from '../auth/principal.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/** How long a password that was shown stands for the person. */
const PROVED_MS = 15 * 60_000;

/**
 * Throws 403 `proof_required` when a session has not seen its person's password for 15 minutes: for changes of people,
 * keys and the second factor, which a session left open must not be enough for. Keys are their own proof.
 *
 * @param now ms since 1970
 */
export function assertProved(principal: Principal, now: number): void {
  // A proof from the future was noted by a clock that was wrong.
  if (principal.kind === 'api_key' || Math.abs(now - principal.provedAt) < PROVED_MS) return;
  throw new Problem(
    'proof_required',
    say(
      'Show your password again first (POST /api/session/proof): this change needs it to be recent.',
      "Redonnez d'abord votre mot de passe (POST /api/session/proof) : cette modification exige une preuve récente.",
    ),
  );
}
