import type { SearchHit } from '@hearst/hub/http/schemas/search.ts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';

export type { SearchHit };

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => ask<{ data: SearchHit[] }>('/api/search', { query: { q: text }, signal }),
    enabled: text.trim().length >= 2,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
