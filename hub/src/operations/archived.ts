import type { ClientBase } from 'pg';
import { projectStatus } from '../db/queries/projects.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem } from '../http/problem.ts';

/** Throws 404 for a project that is not there, and 409 for an archived one: it stays as it was. */
export async function refuseArchived(client: ClientBase, projectId: string): Promise<void> {
  const status = await projectStatus(client, projectId);
  if (status === null) throw missing('project', projectId);
  if (status === 'archived')
    throw new Problem(
      'conflict',
      say(
        `The project ${projectId} is archived: nothing in it changes any more. A super admin can take it back (PUT /api/projects/${projectId} with another status).`,
        `Le projet ${projectId} est archivé : rien n'y change plus. Un super admin peut le reprendre (PUT /api/projects/${projectId} avec un autre status).`,
      ),
    );
}
