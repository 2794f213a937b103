import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './http.ts';
import { sessionQuery } from './session.ts';

/** The cache of what the hub answered. Where the hub says that nobody is signed in, the session is forgotten. */
export function createQueries(): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof ApiProblem && error.code === 'unauthenticated')
      queries.setQueryData(sessionQuery.queryKey, null);
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What was refused will be refused again; what was not reached may be back soon.
        retry: (failures, error) =>
          !(error instanceof ApiProblem && error.status >= 400 && error.status < 500) && failures < 2,
      },
    },
  });
  return queries;
}
