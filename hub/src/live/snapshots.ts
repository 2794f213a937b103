import type { SnapshotMessage } from './message.ts';

/** At most one snapshot of a container in this time, ms. */
const PAUSE_MS = 5_000;
/** Containers remembered; to forget one costs a message more. */
const MOST = 10_000;

interface Known {
  /** The newest state told or waiting, ms since 1970. */
  at: number;
  toldAt: number;
  waiting: boolean;
}

/**
 * Which containers' snapshots are told when: at once after a pause, else when the pause is over, so that the last state
 * of a flood is always told. A state older than one known is not told at all: it is the backlog of an outage.
 */
export class Snapshots {
  readonly #now: () => number;
  readonly #tell: (message: SnapshotMessage) => void;
  readonly #known = new Map<string, Known>();

  constructor(now: () => number, tell: (message: SnapshotMessage) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  add(projectId: string, containerId: string, at: number): void {
    const key = `${projectId}/${containerId}`;
    const known = this.#known.get(key);
    if (known && at < known.at) return;
    const now = this.#now();
    if (known && now - known.toldAt < PAUSE_MS) {
      known.at = at;
      known.waiting = true;
      return;
    }
    if (!known && this.#known.size >= MOST) this.#forget();
    this.#known.set(key, { at, toldAt: now, waiting: false });
    this.#tell(snapshot(projectId, containerId, at));
  }

  /** Tells those whose pause is over. */
  flush(): void {
    const now = this.#now();
    for (const [key, known] of this.#known) {
      if (!known.waiting || now - known.toldAt < PAUSE_MS) continue;
      known.waiting = false;
      known.toldAt = now;
      const [projectId = '', containerId = ''] = key.split('/');
      this.#tell(snapshot(projectId, containerId, known.at));
    }
  }

  #forget(): void {
    for (const [key, { waiting }] of this.#known) if (!waiting) this.#known.delete(key);
  }
}

function snapshot(project_id: string, container_id: string, at: number): SnapshotMessage {
  return { type: 'snapshot', project_id, container_id, at: new Date(at).toISOString() };
}
