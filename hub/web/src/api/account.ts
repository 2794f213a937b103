import type { Account, OwnSession } from '@hearst/hub/http/schemas/account.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, type Tagged } from './http.ts';
import type { List } from './list.ts';

export type { Account, OwnSession };

export const readAccount = (): Promise<Tagged<Account>> => askTagged('/api/account');

/** One's own account, to be changed. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: readAccount,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

export type AccountChange = Partial<Pick<Account, 'name' | 'language'>>;
export const changeAccount = (body: AccountChange, ifMatch?: string): Promise<Account> =>
  ask('/api/account', { method: 'PUT', body, ...(ifMatch === undefined ? {} : { ifMatch }) });

export interface TotpSecret {
  readonly secret: string;
  readonly otpauth_uri: string;
}
/** A second factor in the making; it counts once confirmed by its first code. */
export const beginTotp = (): Promise<TotpSecret> => ask('/api/account/totp', { method: 'POST' });
export const confirmTotp = (code: string): Promise<void> =>
  ask('/api/account/totp/confirm', { method: 'POST', body: { code } });
export const removeTotp = (password: string): Promise<void> =>
  ask('/api/account/totp', { method: 'DELETE', body: { password } });

/** Where one is signed in, the last used first. */
export const ownSessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => ask<List<OwnSession>>('/api/sessions', { signal }),
});
export const endOwnSession = (id: string): Promise<void> => ask(`/api/sessions/${id}`, { method: 'DELETE' });
export const endOtherSessions = (): Promise<void> => ask('/api/sessions', { method: 'DELETE' });
