import { getRouteApi } from '@tanstack/react-router';
import type { ProjectSearch } from '../../router.tsx';

const route = getRouteApi('/shell/projects/$projectId');

export const useProjectId = (): string => route.useParams().projectId;

export type SearchChange = Partial<Record<keyof ProjectSearch, string | undefined>>;

/** What the address says of the page, and how to change parts of it; `undefined` takes one out. */
export function useProjectSearch(): [search: ProjectSearch, change: (part: SearchChange) => void] {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: SearchChange): void => {
    void navigate({ search: (before) => changed(before, part), replace: true, resetScroll: false });
  };
  return [search, change];
}

function changed(before: ProjectSearch, part: SearchChange): ProjectSearch {
  const entries = Object.entries({ ...before, ...part }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ProjectSearch;
}
