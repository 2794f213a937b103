import type { ContainerFrame } from '@hearst/protocol';
import { statusCode } from '@hearst/protocol';
import type { ClientBase, Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { withheldSlots } from '../db/queries/miner-whereabouts.ts';
import type { Log } from '../log.ts';

/** By container, the positions whose readings are nobody's because another agent's slot is credited with the machine. */
export type WithheldPositions = ReadonlyMap<string, ReadonlySet<number>>;

/** How long they are taken as they were read: what another hub learnt is heeded that much later, within a poll. */
const LIFE_MS = 5_000;

interface Entry {
  positions: WithheldPositions;
  /** When they are to be read again, ms since 1970. */
  due: number;
}

/** Which slots of each project are withheld, remembered for a short while. */
export class WithheldSlots {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param options.pool of role hearst_ingest */
  constructor(options: { pool: Pool; log: Log; now: () => number }) {
    this.#pool = options.pool;
    this.#log = options.log;
    this.#now = options.now;
  }

  /** Where they cannot be read the last known ones stand: without the database nothing is stored either. */
  async of(projectId: string): Promise<WithheldPositions> {
    const known = this.#entries.get(projectId);
    if (known !== undefined && this.#now() < known.due) return known.positions;
    try {
      const positions = await withContext(this.#pool, { projectIds: [projectId], readOnly: true }, (client) =>
        readWithheld(client, projectId),
      );
      this.#entries.set(projectId, { positions, due: this.#now() + LIFE_MS });
      return positions;
    } catch (error) {
      this.#log.debug(
        { project: projectId, reason: (error as Error).message },
        'the withheld slots cannot be read now',
      );
      return known?.positions ?? new Map();
    }
  }

  /** The next `of` reads them again. */
  forget(projectId: string): void {
    this.#entries.delete(projectId);
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
