/**
 * Whether something that this machine may lack is there: `describe.skipIf(!needs(() => ..., 'why'))`. On CI
 * (`CI=true`) nothing may be lacking, so there it throws instead of letting tests be skipped in silence.
 */
export function needs(check: () => boolean, why: string): boolean {
  if (check()) return true;
  if (process.env.CI === 'true') throw new Error(`${why} (tests may not be skipped when CI=true)`);
  process.stderr.write(`skipped: ${why}\n`);
  return false;
}
