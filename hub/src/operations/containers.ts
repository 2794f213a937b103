import {
  type ContainerFields,
  lockContainer,
  transformersAmong,
  updateContainer,
} from '../db/queries/container-inventory.ts';
import type { ContainerRow } from '../db/queries/containers.ts';
import type { ContainerStatus } from '../db/schema.ts';
import type { Change } from '../http/change.ts';
import type { Sent } from '../http/fields.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { type Fault, invalidRequest } from '../http/problem.ts';
import type { ContainerChange, STATUSES_SET } from '../http/schemas/containers.ts';
import { refuseArchived } from './archived.ts';
import { changed } from './changed.ts';

/** What people may do to containers, decided here. */

/**
 * Changes the fields given; the rest stay.
 *
 * @param check is called with the container as it stands, locked; throws to refuse
 */
export async function changeContainer(
  change: Change,
  { projectId, containerId }: { readonly projectId: string; readonly containerId: string },
  sent: Sent<ContainerChange>,
  check: (container: ContainerRow) => Promise<void>,
): Promise<void> {
  const { client, at } = change;
  const before = await lockContainer(client, projectId, containerId);
  if (before === null) throw missing('container', containerId);
  await check(before);
  await refuseArchived(client, projectId);
  const { project_id, container_id, status, ...rest } = sent;
  const faults = [
    ...faultsOfIdentity({ project_id, container_id }, { project_id: projectId, container_id: containerId }),
    ...(await faultsOfTransformer(change, projectId, rest.transformer_id)),
  ];
  if (faults.length > 0) throw invalidRequest(faults);
  const fields: ContainerFields =
    status === undefined ? rest : { ...rest, status: statusToStore(status, before.status) };
  const differs = changed(before, fields);
  if (differs === null) return;
  await updateContainer(client, projectId, containerId, fields, at);
  await change.record({
    project: projectId,
    action: 'container.update',
    target: { type: 'container', id: containerId },
    ...differs,
  });
}

/**
 * What is stored when people set a status. Planned and maintenance are theirs: frames leave those alone. What `active`
 * comes to is the hub's to say: what it says already, or unknown until the next frame.
 */
export function statusToStore(set: (typeof STATUSES_SET)[number], stored: ContainerStatus | null): ContainerStatus {
  if (set !== 'active') return set;
  return stored === null || stored === 'planned' || stored === 'maintenance' ? 'unknown' : stored;
}

/** What is wrong with the ids sent beside the fields: an object stays what and where it is. */
export function faultsOfIdentity(
  sent: { readonly project_id?: string | undefined; readonly container_id?: string | undefined },
  own: { readonly project_id: string; readonly container_id: string },
  pointer = '',
): Fault[] {
  const faults: Fault[] = [];
  if (sent.project_id !== undefined && sent.project_id !== own.project_id)
    faults.push({
      pointer: `${pointer}/project_id`,
      code: 'immutable',
      message: say(
        `a container does not move to another project: this is one of ${own.project_id}`,
        `un conteneur ne change pas de projet : celui-ci est de ${own.project_id}`,
      ),
    });
  if (sent.container_id !== undefined && sent.container_id !== own.container_id)
    faults.push({
      pointer: `${pointer}/container_id`,
      code: 'immutable',
      message: say(
        `an id does not change: this is ${own.container_id}`,
        `un identifiant ne change pas : ${own.container_id}`,
      ),
    });
  return faults;
}

export function unknownTransformer(projectId: string, transformerId: string, pointer = ''): Fault {
  return {
    pointer: `${pointer}/transformer_id`,
    code: 'unknown_transformer',
    message: say(
      `${projectId} has no transformer ${transformerId}`,
      `${projectId} n'a pas de transformateur ${transformerId}`,
    ),
  };
}

async function faultsOfTransformer(
  { client }: Change,
  projectId: string,
  transformerId: string | null | undefined,
): Promise<Fault[]> {
  if (transformerId === null || transformerId === undefined) return [];
  const known = await transformersAmong(client, projectId, [transformerId]);
  return known.has(transformerId) ? [] : [unknownTransformer(projectId, transformerId)];
}
