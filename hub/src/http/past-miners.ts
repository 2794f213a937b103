import type { MinerStatus } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { ContainerRow } from '../db/queries/containers.ts';
import { listMinersOf } from '../db/queries/miners.ts';
import type { Page } from '../db/queries/page.ts';
import { oldestFrameTime } from '../db/queries/stored-frames.ts';
import { minerIn } from '../history/unpack.ts';
import { type ContainerPast, containerAt } from '../operations/miner-history.ts';
import { say } from './language/bilingual.ts';
import { presentPastMiner } from './present/past-miner.ts';
import { refusedField } from './problem.ts';
import type { Miner } from './schemas.ts';

const WHOLE_LIST: Page = { limit: null, after: null };

/**
 * A container's miners as they were at a moment, those of the page and how many there are in all. Throws 422 for a moment
 * that has not come yet, and for one before the oldest poll that is stored.
 */
export async function pastMiners(
  client: ClientBase,
  container: ContainerRow,
  { at, now }: { readonly at: number; readonly now: number },
  statuses: readonly MinerStatus[] | null,
  page: Page,
): Promise<{ rows: Miner[]; total: number }> {
  const past = await pastOf(client, container, at, now);
  const { project_id: projectId, container_id: containerId } = container;
  const filter = { projectId, containerId, statuses: null, terms: null };
  const rows = (await listMinersOf(client, filter, WHOLE_LIST)).flatMap((slot) => {
    const then = minerIn(past.frame, slot.position);
    return then === null ? [] : [presentPastMiner(slot, container, past, then, at)];
  });
  const meant = rows.filter(({ status }) => statuses === null || statuses.includes(status));
  const { limit, after } = page;
  const rest = after === null ? meant : meant.slice(meant.findIndex(({ miner_id }) => miner_id === after) + 1);
  return { rows: limit === null ? rest : rest.slice(0, limit), total: meant.length };
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
