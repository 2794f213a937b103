import type { ContainerFrame } from '@hearst/protocol';
import { statusCode } from '@hearst/protocol';
import type { ClientBase, Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { withheldSlots } from '../db/queries/miner-whereabouts.ts';
import type { Log } from '../log.ts';
import { Remembered } from '../remembered.ts';

/** By container, the positions whose readings are nobody's because another agent's slot is credited with the machine. */
export type WithheldPositions = ReadonlyMap<string, ReadonlySet<number>>;

/** How long they are taken as they were read: what another hub learnt is heeded that much later, within a poll. */
const LIFE_MS = 5_000;

const NONE: WithheldPositions = new Map();

/** Which slots of each project are withheld, remembered for a short while. */
export class WithheldSlots {
  readonly #positions: Remembered<WithheldPositions>;

  /** @param options.pool of role hearst_ingest */
  constructor({ pool, log, now }: { pool: Pool; log: Log; now: () => number }) {
    this.#positions = new Remembered({
      read: (projectId) =>
        withContext(pool, { projectIds: [projectId], readOnly: true }, (client) => readWithheld(client, projectId)),
      now,
      lifeMs: LIFE_MS,
      retryMs: 0,
      onFailure: (project, { message: reason }) =>
        log.debug({ project, reason }, 'the withheld slots cannot be read now'),
    });
  }

  /** Where they cannot be read the last known ones stand: without the database nothing is stored either. */
  async of(projectId: string): Promise<WithheldPositions> {
    return (await this.#positions.of(projectId)) ?? NONE;
  }

  /** The next `of` reads them again. */
  forget(projectId: string): void {
    this.#positions.forget(projectId);
  }
}

export async function readWithheld(client: ClientBase, projectId: string): Promise<WithheldPositions> {
  const positions = new Map<string, Set<number>>();
  for (const { containerId, position } of await withheldSlots(client, projectId)) {
    const some = positions.get(containerId) ?? new Set();
    positions.set(containerId, some.add(position));
  }
  return positions;
}

const UNKNOWN = statusCode('unknown');

/** The frame without what it says of these positions: their status is unknown, their values are null. */
export function withhold(frame: ContainerFrame, positions: ReadonlySet<number> | undefined): ContainerFrame {
  if (positions === undefined || !frame.positions.some((position) => positions.has(position))) return frame;
  const without = <T>(column: readonly T[], none: T): T[] =>
    column.map((value, i) => (positions.has(frame.positions[i] ?? 0) ? none : value));
  const blank = <T>(columns: Readonly<Record<string, readonly (T | null)[]>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, without(column, null)]));
  return {
    ...frame,
    status: without(frame.status, UNKNOWN),
    columns: blank(frame.columns),
    ...(frame.boards && { boards: blank(frame.boards) }),
    ...(frame.pools && { pools: { ...frame.pools, of: without(frame.pools.of, null) } }),
  };
}
