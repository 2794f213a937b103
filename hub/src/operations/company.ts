import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Principal } from '../auth/principal.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { Problem } from '../http/problem.ts';
import { refuseArchived } from './archived.ts';

/**
 * Throws where nothing may be set for a project: 404 for one that is not there, 409 for an archived one. What is set for
 * the reserved HEARST-000 holds for all projects: 403 but for super admins of all of them.
 */
export async function assertOpen({ client, principal }: Change, projectId: string): Promise<void> {
  if (projectId !== GLOBAL_PROJECT_ID) await refuseArchived(client, projectId);
  else assertCompany(principal);
}

/** Throws 403 for whoever may not see to what concerns all projects. */
function assertCompany({ role, projectIds }: Principal): void {
  if (role === 'super_admin' && (projectIds === null || projectIds.includes(GLOBAL_PROJECT_ID))) return;
  throw new Problem(
    'forbidden',
    say(
      `What holds for all projects (${GLOBAL_PROJECT_ID}) is up to super admins.`,
      `Ce qui vaut pour tous les projets (${GLOBAL_PROJECT_ID}) revient aux super admins.`,
    ),
    { permission: 'super_admin' },
  );
}
