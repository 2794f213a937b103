import type { SnapshotMessage } from './message.ts';

/** At most one snapshot of a container in this time, ms. */
const PAUSE_MS = 5_000;
/** The same for one that fell silent or came back since the last: it is to be on every screen within five seconds. */
const TURN_MS = 1_000;
/** Containers remembered; to forget one costs a message more. */
const MOST = 10_000;

/** A container's state: when it was read, ms since 1970, and whether no device of it answered. */
export interface ContainerState {
  readonly at: number;
  readonly offline: boolean;
}

interface Known {
  /** The newest state told or waiting. */
  state: ContainerState;
  /** Whether it was offline when it was last told. */
  toldOffline: boolean;
  toldAt: number;
  waiting: boolean;
}

/**
 * Which containers' snapshots are told when: at once after a pause, else when the pause is over (a short one where it fell
 * silent or came back), so that the last state of a flood is always told. A state older than one known is not told at all: it is the backlog of an outage.
 */
export class Snapshots {
  readonly #now: () => number;
  readonly #tell: (message: SnapshotMessage) => void;
  readonly #known = new Map<string, Known>();

  constructor(now: () => number, tell: (message: SnapshotMessage) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  add(projectId: string, containerId: string, state: ContainerState): void {
    const key = `${projectId}/${containerId}`;
    const known = this.#known.get(key);
    if (known && state.at < known.state.at) return;
    const now = this.#now();
    if (known) {
      known.state = state;
      known.waiting = true;
      if (isDue(known, now)) this.#tellOf(key, known, now);
      return;
    }
    if (this.#known.size >= MOST) this.#forget();
    const first: Known = { state, toldOffline: state.offline, toldAt: now, waiting: true };
    this.#known.set(key, first);
    this.#tellOf(key, first, now);
  }

  /** Tells those whose pause is over. */
  flush(): void {
    const now = this.#now();
    for (const [key, known] of this.#known) if (known.waiting && isDue(known, now)) this.#tellOf(key, known, now);
  }

  #tellOf(key: string, known: Known, now: number): void {
    known.waiting = false;
    known.toldAt = now;
    known.toldOffline = known.state.offline;
    const [projectId = '', containerId = ''] = key.split('/');
    this.#tell(snapshot(projectId, containerId, known.state.at));
  }

  #forget(): void {
    for (const [key, { waiting }] of this.#known) if (!waiting) this.#known.delete(key);
  }
}

function isDue({ state, toldOffline, toldAt }: Known, now: number): boolean {
  return now - toldAt >= (state.offline === toldOffline ? PAUSE_MS : TURN_MS);
}

function snapshot(project_id: string, container_id: string, at: number): SnapshotMessage {
  return { type: 'snapshot', project_id, container_id, at: new Date(at).toISOString() };
}
