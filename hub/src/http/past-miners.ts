import type { ClientBase } from 'pg';
import type { ContainerRow } from '../db/queries/containers.ts';
import { listMinersOf, type MinerFilter, type MinerSort } from '../db/queries/miners.ts';
import type { SortedPage, SortValue } from '../db/queries/sorted.ts';
import { oldestFrameTime } from '../db/queries/stored-frames.ts';
import { minerIn } from '../history/unpack.ts';
import { type ContainerPast, containerAt } from '../operations/miner-history.ts';
import { say } from './language/bilingual.ts';
import { presentPastMiner } from './present/past-miner.ts';
import { refusedField } from './problem.ts';
import type { Miner } from './schemas.ts';

/** A miner as it was, and its place in the list. */
export interface PastMiner {
  readonly miner: Miner;
  readonly place: readonly SortValue[];
}

/**
 * A container's miners as they were at a moment, those of the page and how many there are in all. Throws 422 for a moment
 * that has not come yet, for one before the oldest poll that is stored, and for an order by what they are now.
 */
export async function pastMiners(
  client: ClientBase,
  container: ContainerRow,
  { at, now }: { readonly at: number; readonly now: number },
  { statuses, terms }: Pick<MinerFilter, 'statuses' | 'terms'>,
  page: SortedPage<MinerSort>,
): Promise<{ rows: PastMiner[]; total: number }> {
  assertByPosition(page.sort);
  const past = await pastOf(client, container, at, now);
  const { project_id: projectId, container_id: containerId } = container;
  const slots = await listMinersOf(
    client,
    { projectId, containerId, statuses: null, terms },
    { sort: page.sort, limit: null, after: null },
  );
  const meant = slots.flatMap((slot): PastMiner[] => {
    const then = minerIn(past.frame, slot.position);
    if (then === null) return [];
    const miner = presentPastMiner(slot, container, past, then, at);
    return statuses === null || statuses.includes(miner.status) ? [{ miner, place: slot.place }] : [];
  });
  const { limit, after } = page;
  const last = JSON.stringify(after);
  const rest = after === null ? meant : meant.slice(meant.findIndex(({ place }) => JSON.stringify(place) === last) + 1);
  return { rows: limit === null ? rest : rest.slice(0, limit), total: meant.length };
}

function assertByPosition(sort: SortedPage<MinerSort>['sort']): void {
  if (sort === 'position' || sort === '-position') return;
  throw refusedField(
    '/sort',
    'custom',
    say(
      'with at, miners come by position or -position alone',
      'avec at, les mineurs viennent seulement par position ou -position',
    ),
  );
}

async function pastOf(client: ClientBase, container: ContainerRow, at: number, now: number): Promise<ContainerPast> {
  if (at > now)
    throw refusedField(
      '/at',
      'in_future',
      say(
        'This moment has not come yet: name a past one, or leave at out for the latest state.',
        "Ce moment n'est pas encore venu : donnez un moment passé, ou omettez at pour le dernier état.",
      ),
    );
  const key = { projectId: container.project_id, containerId: container.container_id };
  const past = await containerAt(client, key, at);
  if (past !== null) return past;
  const since = (await oldestFrameTime(client, key))?.toISOString();
  throw refusedField(
    '/at',
    'before_history',
    since === undefined
      ? say('No polls of this container are stored.', "Aucun relevé de ce conteneur n'est conservé.")
      : say(
          `The polls of this container are stored since ${since}: name a moment from then on.`,
          `Les relevés de ce conteneur sont conservés depuis ${since} : donnez un moment ultérieur.`,
        ),
  );
}
