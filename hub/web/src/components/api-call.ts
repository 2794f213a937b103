import { type Asking, addressOf } from '../api/http.ts';

/** A question to the API as somebody asks it in a terminal, with a key of their own. */
export function apiCall(path: string, query: Asking['query']): string {
  return `curl -H 'Authorization: Bearer '"$HEARST_API_KEY" '${location.origin}${addressOf(path, query)}'`;
}
