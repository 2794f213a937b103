import { ProjectId } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { projectExists, projectIds } from '../db/queries/projects.ts';
import { HubError } from '../errors.ts';

/** The id of an existing project, from how a person wrote it. */
export async function requireProject(client: ClientBase, written: string): Promise<string> {
  const id = ProjectId.safeParse(written);
  if (id.success && (await projectExists(client, id.data))) return id.data;
  const known = await projectIds(client);
  throw new HubError(
    `There is no project ${written}. ` +
      (known.length === 0
        ? 'There is none at all yet: hearst-hub seed creates the first ones.'
        : `There are: ${known.join(', ')}.`),
  );
}
