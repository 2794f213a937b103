import { useSession } from './session.ts';

/** How the hub calls who is signed in. */
export function useMe(): string {
  const { name, email } = useSession();
  return name !== '' ? name : (email ?? '');
}
