import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';

const route = getRouteApi('/shell/projects/$projectId/miners/$minerId');

/** The range in the address, and how to change it; undefined takes it out. */
export function useRange(): [text: string | undefined, change: (text: string | undefined) => void] {
  const { range } = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: string | undefined) => {
      void navigate({ search: next === undefined ? {} : { range: next }, replace: true, resetScroll: false });
    },
    [navigate],
  );
  return [range, change];
}
