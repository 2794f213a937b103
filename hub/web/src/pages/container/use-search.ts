import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ContainerSearch } from '../../router.tsx';

/** What to change in the address; undefined takes it away. */
type SearchChange = { readonly [Name in keyof ContainerSearch]?: ContainerSearch[Name] | undefined };
export type ChangeSearch = (next: SearchChange, how?: { readonly replace?: boolean }) => void;

/** What the address says of the page, and how to change it. */
export function useContainerSearch(): [search: ContainerSearch, change: ChangeSearch] {
  const search = useSearch({ from: '/shell/projects/$projectId/containers/$containerId' });
  const navigate = useNavigate();
  const change = useCallback<ChangeSearch>(
    (next, { replace = false } = {}) =>
      void navigate({ to: '.', search: (before) => merged(before, next), replace, resetScroll: false }),
    [navigate],
  );
  return [search, change];
}

function merged(before: object, next: SearchChange): ContainerSearch {
  const kept = Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as ContainerSearch;
}
