import { z } from '@hono/zod-openapi';
import { EMAIL, EMAIL_LENGTH } from '../../auth/email.ts';
import { ROLES, VERBS } from '../../auth/principal.ts';
import { LANGUAGES } from '../language/bilingual.ts';
import { Text, Time } from '../schemas.ts';

/** What people say to sign in and of their own account, and what they are answered. */

/** An e-mail address as people type it, answered as it is kept. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(EMAIL_LENGTH)
  .regex(EMAIL, { error: 'expected an e-mail address such as name@example.com' });

/** What a person is called: no control characters, for it stands in lists and logs. */
export const PersonName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}+$/u, { error: 'without control characters' });

export const AccountLanguage = z.enum(LANGUAGES);

/** A password as it is sent; whether a new one will do is for `password-rules.ts` to say. */
const Password = z.string().min(1).max(1000).openapi({ format: 'password' });

/** Six digits, spaces allowed; nothing is no code. */
const Code = z.string().max(20).openapi({ example: '123456' });

export const SignInRequest = z
  .strictObject({ email: Email, password: Password, totp: Code.nullish() })
  .openapi('SignIn', { example: { email: 'name@example.com', password: 'three words or more' } });

export const Proof = z
  .strictObject({ password: Password })
  .openapi('Proof', { example: { password: 'three words or more' } });

export const AccountChange = z
  .strictObject({ name: PersonName, language: AccountLanguage })
  .partial()
  .openapi('AccountChange', { example: { language: 'fr' } });

export const PasswordChange = z
  .strictObject({ current_password: Password, new_password: Password })
  .openapi('PasswordChange', {
    example: { current_password: 'three words or more', new_password: 'four words are better' },
  });

export const TotpCode = z.strictObject({ code: Code }).openapi('TotpCode', { example: { code: '123456' } });

/** A second factor in the making. Shown once. */
export const TotpSecret = z.object({ secret: z.string(), otpauth_uri: z.string() }).openapi('TotpSecret', {
  example: {
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    otpauth_uri: 'otpauth://totp/Hearst%20Control:name%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  },
});

export const Acceptance = z
  .strictObject({
    token: z.string().min(1).max(200),
    password: Password,
    name: PersonName.optional(),
    language: AccountLanguage.optional(),
    totp: Code.nullish(),
  })
  .openapi('Acceptance', { example: { token: 'hiv_...', password: 'three words or more', name: 'A. Name' } });

/** Who is asking. What only people have is null for an API key. */
export const Session = z
  .object({
    kind: z.enum(['user', 'api_key']),
    id: z.string(),
    name: z.string(),
    email: Text,
    language: AccountLanguage.nullable(),
    role: z.enum(ROLES),
    /** The ids of the projects that may be seen: of a super admin every one there is. */
    projects: z.array(z.string()),
    verbs: z.array(z.enum(VERBS)),
    /** What has to be done on the account before anything else works. */
    duty: z.enum(['change_password', 'set_up_totp']).nullable(),
    totp_enabled: z.boolean().nullable(),
    session_id: Text,
    /** When the password was last shown. */
    proved_at: Time.nullable(),
  })
  .openapi('Session', {
    example: {
      kind: 'user',
      id: '0d3c7a52-6a0e-4d0f-9a53-0a4f6f3b5b1e',
      name: 'A. Name',
      email: 'name@example.com',
      language: 'fr',
      role: 'operator',
      projects: ['QATAR-001'],
      verbs: ['read', 'write'],
      duty: null,
      totp_enabled: false,
      session_id: '7b0c1f0e-54a8-4a6a-8a7e-0f2d6f1c9b7d',
      proved_at: '2026-11-23T12:00:00.000Z',
    },
  });
export type Session = z.infer<typeof Session>;

/** One's own account. */
export const Account = z
  .object({
    user_id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    language: AccountLanguage,
    totp_enabled: z.boolean(),
    password_changed_at: Time.nullable(),
    signed_in_at: Time.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Account');
export type Account = z.infer<typeof Account>;

/** One of a person's own sessions. */
export const OwnSession = z
  .object({
    session_id: z.string(),
    /** Whether it is the one that asks. */
    current: z.boolean(),
    created_at: Time,
    last_seen_at: Time,
    expires_at: Time,
    second_factor: z.boolean(),
    address: Text,
    user_agent: Text,
  })
  .openapi('OwnSession');
export type OwnSession = z.infer<typeof OwnSession>;

export const SessionPath = z.object({ sessionId: z.uuid() });
