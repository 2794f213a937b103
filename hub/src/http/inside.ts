import type { Role } from '../auth/principal.ts';

/** Viewers see a project's list of containers, not what is inside one. */
export const INSIDE: readonly Role[] = ['super_admin', 'project_manager', 'operator'];
