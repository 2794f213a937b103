import { createContext, use } from 'react';
import type { Session } from '../api/session.ts';
import { may, type Permission } from './permissions.ts';

/** Who is signed in, around everything that stands behind the sign-in. */
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('nobody is signed in here');
  return session;
}

export function useMay(permission: Permission): boolean {
  return may(useSession(), permission);
}
