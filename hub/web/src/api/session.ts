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

const PULSE_MS = 20_000;
const PATIENCE_MS = 10_000;

/** Whether the hub still answers, asked again and again; says nothing by itself. */
export const pulseQuery = queryOptions({
  queryKey: ['pulse'],
  queryFn: async () => {
    await ask('/api/session', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  },
  retry: false,
  refetchInterval: PULSE_MS,
  refetchIntervalInBackground: true,
  networkMode: 'always',
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
