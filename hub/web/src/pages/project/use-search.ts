import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ProjectSearch } from '../../router.tsx';

const route = getRouteApi('/shell/projects/$projectId');

export const useProjectId = (): string => route.useParams().projectId;

export type SearchChange = Partial<Record<keyof ProjectSearch, string | undefined>>;

/**
 * What a part of the page takes from the address, and how to change that; `undefined` takes something out. Only what it takes
 * draws it anew when it changes: a chart's range is no business of 58 tiles.
 */
export function useProjectSearch<Name extends keyof ProjectSearch>(
  ...names: readonly Name[]
): [search: Pick<ProjectSearch, Name>, change: (part: SearchChange) => void] {
  const select = (search: ProjectSearch): ProjectSearch =>
    Object.fromEntries(names.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])));
  const search = route.useSearch({ select, structuralSharing: true });
  const navigate = route.useNavigate();
  const change = useCallback(
    (part: SearchChange): void => {
      void navigate({ search: (before) => changed(before, part), replace: true, resetScroll: false });
    },
    [navigate],
  );
  return [search, change];
}

function changed(before: ProjectSearch, part: SearchChange): ProjectSearch {
  const entries = Object.entries({ ...before, ...part }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ProjectSearch;
}
