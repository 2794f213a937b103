/** What someone may do. The order has no meaning: every route names the roles it lets in. */
export const ROLES = ['super_admin', 'project_manager', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, once they have proved it. */
export interface Principal {
  readonly kind: 'api_key';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The projects this principal may see; null for a super admin, who sees every one. */
  readonly projectIds: readonly string[] | null;
}
