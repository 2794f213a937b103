import type { Context } from 'hono';
import { generateCookie, getCookie } from 'hono/cookie';
import { SESSION_COOKIE, type SessionToken } from '../auth/sessions.ts';

/**
 * The cookie that holds a session. `__Host-` makes browsers keep it to this host and to TLS (or this machine);
 * no script reads it, and other sites' pages send it along with links alone.
 */
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

/** The token of the request's session cookie, whether or not there is such a session. */
export function sessionToken(c: Context): string | undefined {
  return getCookie(c, SESSION_COOKIE);
}

/** Gives the browser a session's token with this answer. Set on the answer itself: only once what it tells is true. */
export function withSession<R extends Response>(answer: R, { token, expiresAt }: SessionToken, now: number): R {
  const maxAge = Math.max(0, Math.floor((+expiresAt - now) / 1000));
  answer.headers.append('Set-Cookie', generateCookie(SESSION_COOKIE, token, { ...ATTRIBUTES, maxAge }));
  return answer;
}

/** Makes the browser forget its session. */
export function withoutSession<R extends Response>(answer: R): R {
  answer.headers.append('Set-Cookie', generateCookie(SESSION_COOKIE, '', { ...ATTRIBUTES, maxAge: 0 }));
  return answer;
}
