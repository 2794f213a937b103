import type { ClientBase } from 'pg';
import { setProjects } from '../db/context.ts';
import { insertActiveProjectIfAbsent, targetProject } from '../db/queries/legacy-import.ts';
import { insertProjectIfAbsent } from '../db/queries/projects.ts';
import { HubError } from '../errors.ts';
import { PROJECTS } from '../seed.ts';

/** The project that an old database is carried into. */
export interface TargetProject {
  readonly projectId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly created: boolean;
}

/**
 * Finds the project, or creates it: one of the first projects with all that is known of it, another as an active one
 * under the given name. From here on the transaction sees this project and no other.
 */
export async function provideProject(
  client: ClientBase,
  projectId: string,
  name: string | undefined,
): Promise<TargetProject> {
  const created = await createIfMissing(client, projectId, name);
  await client.query(setProjects([projectId]));
  const project = await targetProject(client, projectId);
  if (project === null) throw new HubError(`The project ${projectId} vanished while it was being read. Start again.`);
  if (project.status === 'archived')
    throw new HubError(
      `The project ${projectId} is archived: nothing is added to it any more. Set its status back first, or name another.`,
    );
  return { projectId, name: project.name, timeZone: project.timeZone, created };
}

/** True when it was created. */
async function createIfMissing(client: ClientBase, projectId: string, name: string | undefined): Promise<boolean> {
  const known = PROJECTS.find((project) => project.projectId === projectId);
  if (known !== undefined) return insertProjectIfAbsent(client, { ...known, name: name ?? known.name });
  return insertActiveProjectIfAbsent(client, projectId, name ?? projectId);
}
