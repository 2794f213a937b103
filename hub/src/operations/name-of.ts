import type { Principal } from '../auth/principal.ts';

/** What people may be called: a person without a name by the e-mail address. */
export function nameOf(principal: Principal): string {
  return principal.name !== '' || principal.kind === 'api_key' ? principal.name : principal.email;
}
