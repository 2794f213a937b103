import {
  containersAmong,
  insertContainers,
  type NewContainerRow,
  transformersAmong,
} from '../db/queries/container-inventory.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { type Fault, Problem } from '../http/problem.ts';
import type { NewContainer } from '../http/schemas/containers.ts';
import { lineRanges } from '../http/tables/csv-faults.ts';
import { refuseArchived } from './archived.ts';
import { faultsOfIdentity, statusToStore, unknownTransformer } from './containers.ts';

/** Containers in bulk: all of them are made, or none is and every fault is told. */

/** One of the containers sent: which one (its index, or its line in a table), and the JSON pointer to it. */
export interface Entry {
  readonly place: number;
  readonly pointer: string;
  readonly fields: NewContainer;
}

export interface EntryFault {
  readonly place: number;
  readonly fault: Fault;
}

/** What was sent: the entries that could be read, and what is wrong with the others. */
export interface Sent {
  readonly entries: readonly Entry[];
  /** The first of them in words, and the places of all. */
  readonly faults: readonly EntryFault[];
  readonly faulty: readonly number[];
  /** Whether places are lines, told in `lines`. */
  readonly table: boolean;
}

/** The most faults that are told in words. */
const MAX_TOLD = 1_000;
/** The most ids that the activity log repeats. */
const MAX_LOGGED = 100;

/** Makes the containers sent; answers their ids. Throws 422, or 409 where all that is wrong is that some exist. */
export async function createContainers(change: Change, projectId: string, sent: Sent): Promise<string[]> {
  const { client, at } = change;
  await refuseArchived(client, projectId);
  const faults = [...sent.faults, ...repeated(sent.entries), ...(await unfit(change, projectId, sent.entries))];
  if (faults.length > 0) throw refusal(faults, sent);
  const rows = sent.entries.map(({ fields }) => rowOf(fields));
  const made = await insertContainers(client, projectId, rows, at);
  // Somebody else made the others since we looked.
  if (made.size < rows.length)
    throw refusal(
      existing(sent.entries, (id) => !made.has(id)),
      sent,
    );
  await record(change, projectId, rows);
  return rows.map((row) => row.container_id);
}

function repeated(entries: readonly Entry[]): EntryFault[] {
  const seen = new Set<string>();
  return entries.flatMap(({ place, pointer, fields: { container_id: id } }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const message = say(`${id} is there already, further up`, `${id} figure déjà plus haut`);
    return [{ place, fault: { pointer: `${pointer}/container_id`, code: 'duplicate', message } }];
  });
}

/** What does not fit to what the project holds. */
async function unfit(change: Change, projectId: string, entries: readonly Entry[]): Promise<EntryFault[]> {
  const wanted = new Set(entries.flatMap(({ fields }) => fields.transformer_id ?? []));
  const transformers = await transformersAmong(change.client, projectId, [...wanted]);
  const faults = entries.flatMap(({ place, pointer, fields }) => {
    const { container_id, transformer_id } = fields;
    const own = { project_id: projectId, container_id };
    const found = faultsOfIdentity(fields, own, pointer);
    if (typeof transformer_id === 'string' && !transformers.has(transformer_id))
      found.push(unknownTransformer(projectId, transformer_id, pointer));
    return found.map((fault) => ({ place, fault }));
  });
  const ids = entries.map(({ fields }) => fields.container_id);
  const taken = await containersAmong(change.client, projectId, ids);
  return [...faults, ...existing(entries, (id) => taken.has(id))];
}

function existing(entries: readonly Entry[], isTaken: (id: string) => boolean): EntryFault[] {
  return entries.flatMap(({ place, pointer, fields: { container_id: id } }) => {
    if (!isTaken(id)) return [];
    const message = say(
      `there is a container ${id} already: change it by PUT /api/containers/${id}`,
      `le conteneur ${id} existe déjà : modifiez-le par PUT /api/containers/${id}`,
    );
    return [{ place, fault: { pointer: `${pointer}/container_id`, code: 'already_exists', message } }];
  });
}

function refusal(faults: readonly EntryFault[], { faulty, table }: Sent): Problem {
  const inOrder = [...faults].sort((a, b) => a.place - b.place);
  const places = [...new Set([...faulty, ...faults.map(({ place }) => place)])].sort((a, b) => a - b);
  const only = faults.every(({ fault }) => fault.code === 'already_exists');
  return new Problem(
    only ? 'already_exists' : 'invalid_request',
    say(
      `Nothing was made: ${places.length} of the containers cannot be, see errors. Mend or leave them out, and send all again.`,
      `Rien n'a été créé : ${places.length} des conteneurs ne peuvent pas l'être, voir errors. Corrigez-les ou retirez-les, puis renvoyez le tout.`,
    ),
    {
      errors: inOrder.slice(0, MAX_TOLD).map(({ fault }) => fault),
      ...(table ? { lines: lineRanges(places) } : {}),
    },
  );
}

function rowOf(fields: NewContainer): NewContainerRow {
  return {
    container_id: fields.container_id,
    name: fields.name ?? null,
    transformer_id: fields.transformer_id ?? null,
    layout: fields.layout ?? null,
    status: statusToStore(fields.status ?? 'active', null),
    metadata: fields.metadata ?? {},
    miners_expected: fields.miners_expected ?? 0,
  };
}

function record(change: Change, projectId: string, rows: readonly NewContainerRow[]): Promise<void> {
  const [first, ...others] = rows;
  const one = first !== undefined && others.length === 0;
  return change.record({
    project: projectId,
    action: 'container.create',
    target: one ? { type: 'container', id: first.container_id } : { type: 'project', id: projectId },
    after: one
      ? { ...first }
      : { created: rows.length, container_ids: rows.slice(0, MAX_LOGGED).map((row) => row.container_id) },
  });
}
