import { ROLES, type Role } from '../db/schema.ts';

export { ROLES, type Role };

/** What a key may do at all: `read` is GET, `write` everything else. People may do both, within their role. */
export const VERBS = ['read', 'write'] as const;
export type Verb = (typeof VERBS)[number];

/** What still has to be done before a person's session opens anything but their own account. */
export type Duty = 'change_password' | 'set_up_totp';

/** Who is asking, once they have proved it. */
export type Principal = Person | ApiKey;

interface Asker {
  /** How the database knows it (`hearst.user_id`) and the activity log names it: a user's id, or `key:<id>`. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The projects this principal may see; null for a super admin, who sees every one. */
  readonly projectIds: readonly string[] | null;
  readonly verbs: readonly Verb[];
}

/** Somebody who has signed in. */
export interface Person extends Asker {
  readonly kind: 'user';
  readonly email: string;
  readonly language: 'fr' | 'en';
  readonly sessionId: string;
  /** When this session last saw the password, ms since 1970: what is dangerous wants that to be recent. */
  readonly provedAt: number;
  readonly totpEnabled: boolean;
  readonly duty: Duty | null;
}

/** A program with an API key. */
export interface ApiKey extends Asker {
  readonly kind: 'api_key';
}
