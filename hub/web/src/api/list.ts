import { infiniteQueryOptions } from '@tanstack/react-query';
import { type Asking, ask } from './http.ts';

/** A page of a list as the hub answers it. */
export interface List<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
  /** Of all pages. */
  readonly total: number;
}

const PAGE = 50;

/** A list that is asked page by page; its key begins with `name`. */
export const pagesOf = <Item>(name: string, path: string, query: NonNullable<Asking['query']>, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: [name, query],
    queryFn: ({ pageParam, signal }) =>
      ask<List<Item>>(path, { query: { ...query, limit, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  });
