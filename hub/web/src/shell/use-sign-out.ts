import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sessionQuery, signOut } from '../api/session.ts';

/** Signs out, and forgets what was only for whoever was signed in. */
export function useSignOut(): () => void {
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queries.setQueryData(sessionQuery.queryKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    },
  });
  return () => leave.mutate();
}
