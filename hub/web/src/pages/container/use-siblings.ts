import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { containersQuery } from '../../api/containers.ts';
import { neighbourOf, neighbours } from './order.ts';

export type Siblings = ReturnType<typeof neighbours>;

/**
 * The containers beside one, and `[` and `]` to go there. Heard by the page, not by what it shows: whoever leafs through
 * does not wait for each to be loaded.
 */
export function useSiblings(containerId: string, projectId: string, fill: string | undefined): Siblings | null {
  const navigate = useNavigate();
  const { data } = useQuery(containersQuery(projectId));
  const siblings = useMemo(
    () =>
      data &&
      neighbours(
        containerId,
        data.data.map((each) => each.container_id),
      ),
    [data, containerId],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const asked = neighbourOf(event);
      const to = asked === null ? null : (siblings?.[asked] ?? null);
      if (to === null) return;
      void navigate({
        to: '/projects/$projectId/containers/$containerId',
        params: { projectId, containerId: to },
        search: fill === undefined ? {} : { fill },
      });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [siblings, projectId, fill, navigate]);
  return siblings ?? null;
}
