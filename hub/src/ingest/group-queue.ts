import type { RawBatch } from '@hearst/protocol';
import type { KnownAgent } from './agents.ts';
import type { TaskGroup } from './task-group.ts';

/** A verified batch that waits for its transaction. */
export interface Waiting {
  readonly agent: KnownAgent;
  readonly batch: RawBatch;
  readonly receivedAt: number;
  /** Set when its envelope is of a newer version: it is kept as it is. */
  readonly newer: boolean;
}

export interface GroupLimits {
  /** Transactions at once. */
  readonly writers: number;
  /** Batches in one transaction. */
  readonly groupBatches: number;
  /** Readings in one transaction. */
  readonly groupReadings: number;
  /** How long a batch may wait for others to share its transaction, ms. */
  readonly groupWaitMs: number;
}

/**
 * Batches by project, and the writers that take them in groups, one transaction each. A group is written at once when
 * it is full, else a moment later, so that batches share a transaction. Projects take turns.
 */
export class GroupQueue {
  readonly #limits: GroupLimits;
  readonly #tasks: TaskGroup;
  readonly #write: (projectId: string, group: readonly Waiting[]) => Promise<void>;
  readonly #queues = new Map<string, Waiting[]>();
  #writers = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: {
    limits: GroupLimits;
    tasks: TaskGroup;
    write: (projectId: string, group: readonly Waiting[]) => Promise<void>;
  }) {
    this.#limits = options.limits;
    this.#tasks = options.tasks;
    this.#write = options.write;
  }

  add(batches: readonly Waiting[]): void {
    if (this.#stopped) return;
    for (const waiting of batches) this.#of(waiting.agent.projectId).push(waiting);
    this.#schedule();
  }

  /** Forgets what still waits and starts no further group. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#queues.clear();
  }

  #of(projectId: string): Waiting[] {
    let queue = this.#queues.get(projectId);
    if (!queue) {
      queue = [];
      this.#queues.set(projectId, queue);
    }
    return queue;
  }

  #schedule(): void {
    for (const queue of this.#queues.values()) {
      if (queue.length >= this.#limits.groupBatches) {
        this.#startWriters();
        return;
      }
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#startWriters();
    }, this.#limits.groupWaitMs);
  }

  #startWriters(): void {
    while (this.#writers < this.#limits.writers && this.#queues.size > 0) {
      this.#writers++;
      this.#tasks.run(
        this.#writeNext().finally(() => {
          this.#writers--;
          if (this.#queues.size > 0) this.#schedule();
        }),
        'writer',
      );
    }
  }

  async #writeNext(): Promise<void> {
    const next = this.#take();
    if (next !== null) await this.#write(next.projectId, next.group);
  }

  /** A few batches of the project that has waited longest. */
  #take(): { projectId: string; group: Waiting[] } | null {
    const [entry] = this.#queues;
    if (!entry) return null;
    const [projectId, queue] = entry;
    const group: Waiting[] = [];
    let readings = 0;
    for (let next = queue[0]; next && group.length < this.#limits.groupBatches; next = queue[group.length]) {
      readings += next.batch.envelope.n;
      if (group.length > 0 && readings > this.#limits.groupReadings) break;
      group.push(next);
    }
    queue.splice(0, group.length);
    this.#queues.delete(projectId);
    if (queue.length > 0) this.#queues.set(projectId, queue);
    return { projectId, group };
  }
}
