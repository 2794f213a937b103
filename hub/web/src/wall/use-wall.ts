import { useRouterState, useSearch } from '@tanstack/react-router';
import type { WallSearch } from './search.ts';

/** What the address says of the wall, whatever page it is of. */
export const useWallSearch = (): WallSearch => useSearch({ strict: false }) as WallSearch;

export const useIsWall = (): boolean => useWallSearch().wall === 1;

export const usePath = (): string => useRouterState({ select: ({ location }) => location.pathname });
