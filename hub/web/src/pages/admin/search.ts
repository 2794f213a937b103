import { getRouteApi, useNavigate } from '@tanstack/react-router';

/** What the address says of a page of the administration; each reads what it knows. */
export interface AdminSearch {
  project?: string;
  /** What was typed to find something. */
  q?: string;
  role?: string;
  status?: string;
  /** Whose form is open. */
  open?: string;
  /** Whether what is over is shown as well. */
  past?: string;
  range?: string;
  actor?: string;
  action?: string;
}

const NAMES = ['project', 'q', 'role', 'status', 'open', 'past', 'range', 'actor', 'action'] as const;

export function adminSearch(search: Record<string, unknown>): AdminSearch {
  const given = NAMES.filter((name) => typeof search[name] === 'string' && search[name] !== '');
  return Object.fromEntries(given.map((name) => [name, search[name]]));
}

const route = getRouteApi('/shell/admin');

type Change = { readonly [Name in keyof AdminSearch]: AdminSearch[Name] | undefined };

/** What the address says, and how to change parts of it; `undefined` or an empty text takes one out. */
export function useAdminSearch(): [search: AdminSearch, change: (part: Change) => void] {
  const search = route.useSearch();
  const navigate = useNavigate();
  const change = (part: Change): void => {
    void navigate({
      to: '.',
      search: (before) => adminSearch({ ...before, ...part }),
      replace: true,
      resetScroll: false,
    });
  };
  return [search, change];
}

/** One of some values, or undefined where the address says something else. */
export const oneOf = <Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined =>
  values.find((value) => value === text);
