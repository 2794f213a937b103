import { useSuspenseQuery } from '@tanstack/react-query';
import { type Session, sessionQuery } from '../api/session.ts';
import { may, type Permission } from './permissions.ts';

/** Who is signed in. Only for what stands behind the sign-in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error('nobody is signed in');
  return data;
}

export function useMay(permission: Permission): boolean {
  return may(useSession(), permission);
}
