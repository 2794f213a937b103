import type { ApiKey } from '@hearst/hub/http/schemas/api-keys.ts';
import { ask } from './http.ts';
import { pagesOf } from './list.ts';

export type { ApiKey };

/** Keys without their secrets, revoked ones too; a manager sees those of own projects. */
export const keysQuery = (q: string | undefined) => pagesOf<ApiKey>('keys', '/api/keys', { q }, 200);

export interface NewKey extends Pick<ApiKey, 'name' | 'role' | 'verbs' | 'expires_at'> {
  readonly project_ids: readonly string[];
}
/** The only answer that holds the key itself. */
export type MadeKey = ApiKey & { readonly key: string };

export const makeKey = (body: NewKey): Promise<MadeKey> => ask('/api/keys', { method: 'POST', body });
export const revokeKey = (id: string): Promise<void> => ask(`/api/keys/${id}`, { method: 'DELETE' });
