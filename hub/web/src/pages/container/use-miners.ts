import { useQuery } from '@tanstack/react-query';
import { minersAtQuery, minersQuery } from '../../api/containers.ts';
import { ApiProblem } from '../../api/http.ts';

/** The miners of a container now, or as they were at a moment. */
export function useMiners(containerId: string, projectId: string, at: number | null) {
  const present = useQuery({ ...minersQuery(containerId, projectId), enabled: at === null });
  const past = useQuery({
    ...minersAtQuery(containerId, projectId, new Date(at ?? 0).toISOString()),
    enabled: at !== null,
  });
  return at === null ? present : past;
}

/** Why a moment cannot be shown, in the hub's words: it lies before the oldest poll that is kept. Null: another reason. */
export function beforeHistory(error: Error | null): string | null {
  if (!(error instanceof ApiProblem)) return null;
  return error.body.errors?.find(({ code }) => code === 'before_history')?.message ?? null;
}
