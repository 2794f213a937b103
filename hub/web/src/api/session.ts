import type { Session } from '@hearst/hub/http/schemas/account.ts';
import { queryOptions } from '@tanstack/react-query';
import { ApiProblem, ask } from './http.ts';

export type { Session };

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await ask<Session>('/api/session');
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'unauthenticated') return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly totp?: string;
}

export const signIn = (body: Credentials): Promise<Session> => ask('/api/session', { method: 'POST', body });
export const signOut = (): Promise<void> => ask('/api/session', { method: 'DELETE' });
export const changePassword = (body: { current_password: string; new_password: string }): Promise<void> =>
  ask('/api/account/password', { method: 'POST', body });
export const acceptInvitation = (body: { token: string; password: string; totp?: string }): Promise<Session> =>
  ask('/api/invitations/accept', { method: 'POST', body });
/** Shows the password again; it then stands for its person for 15 minutes. */
export const provePassword = (body: { password: string }): Promise<void> =>
  ask('/api/session/proof', { method: 'POST', body });
