import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { CompareSearch } from '../../router.tsx';

const route = getRouteApi('/shell/compare');

export type SearchChange = { readonly [Name in keyof CompareSearch]?: string | undefined };

/** What the address says of the page, and how to change parts of it; `undefined` takes one out. */
export function useCompareSearch(): [search: CompareSearch, change: (part: SearchChange) => void] {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (part: SearchChange): void => {
      void navigate({ search: (before) => changed(before, part), replace: true, resetScroll: false });
    },
    [navigate],
  );
  return [search, change];
}

function changed(before: CompareSearch, part: SearchChange): CompareSearch {
  const kept = Object.entries({ ...before, ...part }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as CompareSearch;
}
