import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { containersQuery } from '../../api/containers.ts';
import { useKeys } from '../../components/keys.ts';
import { neighbours } from './order.ts';

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
  const go = (to: string | null | undefined): void => {
    if (to == null) return;
    void navigate({
      to: '/projects/$projectId/containers/$containerId',
      params: { projectId, containerId: to },
      search: fill === undefined ? {} : { fill },
    });
  };
  useKeys({ '[': () => go(siblings?.previous), ']': () => go(siblings?.next) });
  return siblings ?? null;
}
