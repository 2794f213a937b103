import { ROLES, type Role } from '../../auth/principal.ts';
import type { ApiOperation } from './operations.ts';
import type { Tenant, World } from './tenants.ts';

/** Somebody who asks, and what they prove themselves with. */
export interface Asker {
  readonly name: string;
  /** Null for whoever proves nothing. */
  readonly role: Role | null;
  readonly kind: 'key' | 'session' | 'nobody';
  headers(): Promise<Record<string, string>>;
}

/**
 * Everybody of a tenant, by session and by key, from the most rights to the least, and nobody. Each request is of a new
 * session, unless they `last`: where no request ends one, that saves the time.
 */
export function askersOf(tenant: Tenant, { last = false } = {}): Asker[] {
  const cookies = new Map<Role, Promise<string>>();
  const cookieOf = (role: Role): Promise<string> => {
    const cookie = (last ? cookies.get(role) : undefined) ?? tenant.signIn(role);
    cookies.set(role, cookie);
    return cookie;
  };
  const byKey = ROLES.map(
    (role): Asker => ({
      name: `${role} by key`,
      role,
      kind: 'key',
      headers: async () => ({ Authorization: `Bearer ${tenant.keys[role]}` }),
    }),
  );
  const bySession = ROLES.map(
    (role): Asker => ({
      name: `${role} by session`,
      role,
      kind: 'session',
      headers: async () => ({ Cookie: await cookieOf(role) }),
    }),
  );
  return [...bySession, ...byKey, { name: 'nobody', role: null, kind: 'nobody', headers: async () => ({}) }];
}

/** Whether an operation lets this asker in, by what it declares. */
export function letsIn({ access }: ApiOperation, { role, kind }: Asker): boolean {
  if (access === 'anyone') return true;
  if (access === 'account') return kind === 'session';
  return role !== null && access.includes(role);
}

/** The canaries that this asker must never see: those of other tenants, unless it is a super admin. */
export function hiddenFrom({ role }: Asker, own: Tenant, { tenants }: World): string[] {
  if (role === 'super_admin') return [];
  return tenants.filter((tenant) => role === null || tenant !== own).map(({ canary }) => canary);
}
