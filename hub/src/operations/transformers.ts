import {
  insertTransformer,
  lockTransformer,
  type TransformerFields,
  type TransformerRecord,
  updateTransformer,
} from '../db/queries/transformers.ts';
import type { UnsignedChange } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem } from '../http/problem.ts';
import { refuseArchived } from './archived.ts';
import { changed } from './changed.ts';

/** Which transformer: ids are unique within a project only. */
export interface TransformerKey {
  readonly project_id: string;
  readonly transformer_id: string;
}

/** Creates a transformer that no agent has spoken of yet. */
export async function createTransformer(
  change: UnsignedChange,
  fields: TransformerFields & TransformerKey,
): Promise<void> {
  const { project_id: project, transformer_id: id } = fields;
  await refuseArchived(change.client, project);
  if (!(await insertTransformer(change.client, fields)))
    throw new Problem(
      'already_exists',
      say(
        `The project ${project} has a transformer ${id} already. Change that one by PUT /api/transformers/${id}.`,
        `Le projet ${project} a déjà un transformateur ${id}. Modifiez-le par PUT /api/transformers/${id}.`,
      ),
    );
  const target = { type: 'transformer', id };
  await change.record({ project, action: 'transformer.create', target, after: { ...fields } });
}

/**
 * Changes the fields given; the rest stay.
 *
 * @param check is called with the transformer as it stands, locked; throws to refuse
 */
export async function changeTransformer(
  change: UnsignedChange,
  { project_id: project, transformer_id: id }: TransformerKey,
  fields: TransformerFields,
  check: (transformer: TransformerRecord) => Promise<void>,
): Promise<void> {
  const before = await lockTransformer(change.client, project, id);
  if (before === null) throw missing('transformer', id);
  await check(before);
  await refuseArchived(change.client, project);
  const differs = changed(before, fields);
  if (differs === null) return;
  await updateTransformer(change.client, project, id, fields, change.at);
  await change.record({ project, action: 'transformer.update', target: { type: 'transformer', id }, ...differs });
}
