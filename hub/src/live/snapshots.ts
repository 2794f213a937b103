import type { StoredContainer } from '../ingest/notice.ts';
import type { SnapshotMessage } from './message.ts';

/** At most one snapshot of a container in this time, ms. */
const PAUSE_MS = 5_000;
/** The same for one that fell silent or came back since the last: it is to be on every screen within five seconds. */
const TURN_MS = 1_000;
/** Containers remembered; to forget one costs a message more. */
const MOST = 10_000;

interface Known {
  readonly projectId: string;
  /** The newest, told or waiting. */
  state: StoredContainer;
  /** The last that was told; null: none yet. */
  told: StoredContainer | null;
  toldAt: number;
}

/**
 * Which containers' snapshots are told when: at once after a pause, else when the pause is over (a short one where it
 * fell silent or came back), so that the last state of a flood is always told. A state older than one known is not told
 * at all: it is the backlog of an outage.
 */
export class Snapshots {
  readonly #now: () => number;
  readonly #tell: (message: SnapshotMessage) => void;
  readonly #known = new Map<string, Known>();

  constructor(now: () => number, tell: (message: SnapshotMessage) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  add(projectId: string, state: StoredContainer): void {
    const key = `${projectId}/${state.containerId}`;
    let known = this.#known.get(key);
    if (known && state.at < known.state.at) return;
    if (!known) {
      if (this.#known.size >= MOST) this.#forget();
      known = { projectId, state, told: null, toldAt: Number.NEGATIVE_INFINITY };
      this.#known.set(key, known);
    }
    known.state = state;
    this.#tellIfDue(known, this.#now());
  }

  /** Tells those whose pause is over. */
  flush(): void {
    const now = this.#now();
    for (const known of this.#known.values()) if (isWaiting(known)) this.#tellIfDue(known, now);
  }

  #tellIfDue(known: Known, now: number): void {
    const { projectId, state, told, toldAt } = known;
    if (now - toldAt < (state.offline === told?.offline ? PAUSE_MS : TURN_MS)) return;
    known.told = state;
    known.toldAt = now;
    this.#tell(snapshot(projectId, state));
  }

  #forget(): void {
    for (const [key, known] of this.#known) if (!isWaiting(known)) this.#known.delete(key);
  }
}

function isWaiting({ state, told }: Known): boolean {
  return state !== told;
}

function snapshot(project_id: string, { containerId, at }: StoredContainer): SnapshotMessage {
  return { type: 'snapshot', project_id, container_id: containerId, at: new Date(at).toISOString() };
}
