import type { User } from '@hearst/hub/http/schemas/people.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, type Tagged } from './http.ts';
import { pagesOf } from './list.ts';

export type { User };

export interface UserFilter {
  readonly q?: string | undefined;
  readonly role?: User['role'] | undefined;
  readonly status?: User['status'] | undefined;
  readonly project_id?: string | undefined;
}

/** Everybody who may sign in, or was invited to; for super admins. */
export const usersQuery = (filter: UserFilter) => pagesOf<User>('users', '/api/users', { ...filter });

export const readUser = (id: string): Promise<Tagged<User>> => askTagged(`/api/users/${id}`);

/** A person to be changed. Asked once: what somebody is writing is not to be replaced under their hands. */
export const editedUserQuery = (id: string) =>
  queryOptions({
    queryKey: ['edited-user', id],
    queryFn: () => readUser(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export interface Invitation {
  readonly token: string;
  readonly expires_at: string;
}
export type Invited = User & { readonly invitation: Invitation };
export type NewUser = Pick<User, 'email' | 'name' | 'role' | 'language'> & { readonly project_ids: readonly string[] };
export type UserChange = Partial<NewUser & { readonly status: 'active' | 'disabled' }>;

export const inviteUser = (body: NewUser): Promise<Invited> => ask('/api/users', { method: 'POST', body });
export const changeUser = (id: string, body: UserChange, ifMatch?: string): Promise<User> =>
  ask(`/api/users/${id}`, { method: 'PUT', body, ...(ifMatch === undefined ? {} : { ifMatch }) });
export const inviteAgain = (id: string): Promise<Invitation> => ask(`/api/users/${id}/invitation`, { method: 'POST' });
export const endSessionsOf = (id: string): Promise<void> => ask(`/api/users/${id}/sessions`, { method: 'DELETE' });
export const removeTotpOf = (id: string): Promise<void> => ask(`/api/users/${id}/totp`, { method: 'DELETE' });

/** What an invited person opens. The token stands behind the `#`, which no server is told. */
export const invitationLink = ({ token }: Invitation): string => `${location.origin}/invitation#${token}`;
