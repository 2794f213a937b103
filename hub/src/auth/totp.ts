import { generateSecret, generateURI, verifySync } from 'otplib';

/**
 * The second factor: codes of six digits by the clock (RFC 6238: SHA-1, 30 s), as every authenticator app makes them.
 * The code of the step before and of the one after is taken too, for no two clocks agree; none is taken twice, which
 * the database sees to.
 */
const STEP_S = 30;
const ISSUER = 'Hearst Control';

/** A new secret and the address that an app reads from a QR code. */
export function newTotp(email: string): { secret: string; uri: string } {
  const secret = generateSecret();
  return { secret, uri: generateURI({ issuer: ISSUER, label: email, secret }) };
}

/**
 * The time step whose code this is; null when the code is none of now, or of a step not after `lastStep`.
 *
 * @param secret in base32, as `newTotp` gave it
 * @param code six digits, spaces allowed
 * @param now ms since 1970
 */
export function totpStep(secret: string, code: string, now: number, lastStep: number | null): number | null {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const result = verifySync({ secret, token, epoch: Math.floor(now / 1000), epochTolerance: STEP_S });
  if (!result.valid || !('timeStep' in result)) return null;
  return lastStep !== null && result.timeStep <= lastStep ? null : result.timeStep;
}
