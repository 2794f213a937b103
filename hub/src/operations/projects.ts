import {
  countEnrolledAgents,
  insertProject,
  lockProject,
  type ProjectFields,
  type ProjectRecord,
  purgeProject,
  updateProject,
} from '../db/queries/projects.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem } from '../http/problem.ts';
import { changed } from './changed.ts';

/** What may be done to projects, decided here; who may do it is the routes' and the database's to say. */

/** Creates a project; 409 where there is one of that id, whoever may see it (ids are public knowledge). */
export async function createProject(change: Change, fields: ProjectFields & { project_id: string }): Promise<void> {
  const id = fields.project_id;
  if (!(await insertProject(change.client, fields)))
    throw new Problem(
      'already_exists',
      say(
        `There is a project ${id} already. Choose the next free number, or change that one by PUT /api/projects/${id}.`,
        `Le projet ${id} existe déjà. Prenez le prochain numéro libre, ou modifiez-le par PUT /api/projects/${id}.`,
      ),
    );
  await change.include(id);
  await change.record({ project: id, action: 'project.create', target: { type: 'project', id }, after: { ...fields } });
}

/**
 * Changes the fields given; the rest stay. Only a super admin archives (which is what DELETE does) or takes a project
 * back from the archive.
 *
 * @param check is called with the project as it stands, locked; throws to refuse
 */
export async function changeProject(
  change: Change,
  id: string,
  fields: ProjectFields,
  check: (project: ProjectRecord) => Promise<void>,
): Promise<void> {
  const before = await lockProject(change.client, id);
  if (before === null) throw missing('project', id);
  await check(before);
  const archive = before.status === 'archived' || fields.status === 'archived';
  if (archive && change.principal.role !== 'super_admin')
    throw new Problem(
      'forbidden',
      say(
        'Only a super admin archives a project or changes an archived one.',
        'Seul un super admin archive un projet ou modifie un projet archivé.',
      ),
      { permission: 'super_admin' },
    );
  if (fields.status === 'archived' && before.status !== 'archived') await refuseWhileEnrolled(change, id);
  await applyFields(change, before, fields, 'project.update');
}

/** Archives a project: it leaves the lists, its history stays. Refused while an agent of it is enrolled. */
export async function archiveProject(change: Change, id: string): Promise<void> {
  const before = await lockProject(change.client, id);
  if (before === null) throw missing('project', id);
  if (before.status === 'archived') return;
  await refuseWhileEnrolled(change, id);
  await applyFields(change, before, { status: 'archived' }, 'project.archive');
}

/** Removes an archived project and everything it holds, for good. Its activity log stays in the database. */
export async function removeProject(change: Change, id: string): Promise<void> {
  const before = await lockProject(change.client, id);
  if (before === null) throw missing('project', id);
  if (before.status !== 'archived')
    throw new Problem(
      'conflict',
      say(
        `The project ${id} is not archived. Archive it first (DELETE without purge): what is purged cannot be had back.`,
        `Le projet ${id} n'est pas archivé. Archivez-le d'abord (DELETE sans purge) : une purge est définitive.`,
      ),
    );
  const removed = await purgeProject(change.client, id);
  await change.record({
    project: 'HEARST-000',
    action: 'project.purge',
    target: { type: 'project', id },
    before: { name: before.name, rows: removed },
  });
}

async function refuseWhileEnrolled(change: Change, id: string): Promise<void> {
  const enrolled = await countEnrolledAgents(change.client, id);
  if (enrolled === 0) return;
  throw new Problem(
    'conflict',
    say(
      `${enrolled} agent${enrolled === 1 ? ' is' : 's are'} still enrolled for ${id} and would go on reporting. Revoke first: GET /api/agents?project_id=${id}.`,
      `${enrolled} agent${enrolled === 1 ? ' est encore inscrit' : 's sont encore inscrits'} pour ${id}. Révoquez d'abord : GET /api/agents?project_id=${id}.`,
    ),
  );
}

async function applyFields(
  change: Change,
  before: ProjectRecord,
  fields: ProjectFields,
  action: string,
): Promise<void> {
  const differs = changed(before, fields);
  if (differs === null) return;
  const { project_id: id } = before;
  await updateProject(change.client, id, fields, change.at);
  await change.record({ project: id, action, target: { type: 'project', id }, ...differs });
}
