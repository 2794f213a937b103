import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { planByKeys } from '../db/queries/plan-by-keys.ts';
import type { Log } from '../log.ts';
import type { ContainerState } from './container-state.ts';
import { classify, describe } from './errors.ts';
import type { LatestStates } from './latest-states.ts';
import { type StoredNotice, storedContainer } from './notice.ts';
import { storeStates } from './store-states.ts';

/** Containers written in one transaction. */
const GROUP = 8;

/** Writes the latest states that were kept back, each group in a transaction of its own. */
export class StateKeeper {
  readonly #pool: Pool;
  readonly #latest: LatestStates;
  readonly #log: Log;
  readonly #onStored: ((notice: StoredNotice) => void) | undefined;
  readonly #onRipe: ((projectId: string) => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: {
    pool: Pool;
    latest: LatestStates;
    log: Log;
    onStored: ((notice: StoredNotice) => void) | undefined;
    onRipe: ((projectId: string) => void) | undefined;
  }) {
    this.#pool = options.pool;
    this.#latest = options.latest;
    this.#log = options.log;
    this.#onStored = options.onStored;
    this.#onRipe = options.onRipe;
  }

  /** Writes those whose time has come, or all. What cannot be written now stays; nothing is thrown. */
  flush(all = false): Promise<void> {
    this.#running = this.#running.then(() => this.#flush(all));
    return this.#running;
  }

  async #flush(all: boolean): Promise<void> {
    for (const [projectId, states] of this.#latest.due(all)) {
      states.sort((a, b) => (a.row.containerId < b.row.containerId ? -1 : 1));
      for (let i = 0; i < states.length; i += GROUP) {
        if (!(await this.#write(projectId, states.slice(i, i + GROUP)))) return;
      }
    }
  }

  /** False when storage is in trouble, so that the others need not be tried now. */
  async #write(projectId: string, states: readonly ContainerState[]): Promise<boolean> {
    try {
      const { newer, ripened } = await withContext(this.#pool, { projectIds: [projectId] }, async (client) => {
        await planByKeys(client);
        return storeStates(client, projectId, states);
      });
      this.#latest.committed({ projectId, write: states, late: [], defer: [] }, newer);
      const containers = [...newer].map(({ row }) => storedContainer(row));
      if (containers.length > 0) this.#onStored?.({ projectId, containers, meters: [] });
      if (ripened) this.#onRipe?.(projectId);
      return true;
    } catch (error) {
      const fields = { project: projectId, containers: states.length, reason: describe(error) };
      if (classify(error) === 'retry') {
        this.#log.warn(fields, 'latest states could not be written and are tried again; their frames are stored');
        return false;
      }
      this.#latest.forget(projectId, states);
      this.#log.error(fields, "latest states cannot be written; their containers' next frames will. Report this.");
      return true;
    }
  }
}
