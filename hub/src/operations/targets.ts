import type { ClientBase } from 'pg';
import type { Target } from '../alerts/target.ts';
import { targetExists } from '../db/queries/targets.ts';
import { say } from '../http/language/bilingual.ts';
import { refusedField } from '../http/problem.ts';

/** Throws 422 where a project does not hold what something is to be about; of what is `global` there is one. */
export async function assertTarget(client: ClientBase, projectId: string, { type, id }: Target): Promise<void> {
  if (type === 'global' ? id === '' : await targetExists(client, projectId, type, id)) return;
  throw refusedField(
    '/target_id',
    'unknown_target',
    say(`${projectId} has no ${type} ${id}`, `${projectId} n'a pas de ${type} ${id}`),
  );
}
