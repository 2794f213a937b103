import { type ContainerState, folded, recall, sameMiners, supersede } from './container-state.ts';

/**
 * How long, ms, after a container's latest state was written the next one is kept back, so that a backlog or a flood of
 * its frames writes 308 rows of miners once in this time and not once per frame. It is also the most that a state kept
 * back comes later than its frame. Far below any poll: at 60 s each frame writes its state in its own transaction.
 */
export const STATE_PAUSE_MS = 2000;

/** How often, ms, states kept back are looked at; what comes due before the next look is taken already. */
export const STATE_LOOK_MS = 250;

/** Containers remembered; to forget one costs a write. */
const MAX_CONTAINERS = 10_000;

interface Known {
  /** Time of the newest state that this process knows to be stored, ms since 1970. */
  at: number;
  /** When it was written, by this process's clock. */
  writtenAt: number;
  /** The newest state that is not stored yet. */
  pending: ContainerState | null;
}

/** What a transaction does with the states of its frames. */
export interface StatePlan {
  readonly projectId: string;
  /** Written with the frames; several of one container come oldest first. */
  readonly write: readonly ContainerState[];
  /** Older than what is stored: of these only when silent miners were last heard. */
  readonly late: readonly ContainerState[];
  /** Kept back once the frames are committed. */
  readonly defer: readonly ContainerState[];
}

/**
 * What this process knows of the containers' latest states: which it has written and when, and at most one per
 * container that is kept back. A plan touches nothing until `committed` tells that its transaction did.
 *
 * States kept back live in memory alone. Nothing is lost with them: their frames are stored before they are
 * acknowledged, and a state is what the newest frame says, so that the container's next frame sets it right when the
 * hub dies first. Of several hubs each keeps its own; `state_at`, which only moves forward, decides between them.
 */
export class LatestStates {
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Sorts the states of a group's frames into what is to be written now, later, or not at all. */
  plan(projectId: string, states: readonly ContainerState[]): StatePlan {
    const plan = {
      projectId,
      write: [] as ContainerState[],
      late: [] as ContainerState[],
      defer: [] as ContainerState[],
    };
    const now = this.#now();
    for (const [containerId, group] of Map.groupBy(states, (state) => state.row.containerId)) {
      const known = this.#known.get(keyOf(projectId, containerId));
      group.sort((a, b) => a.row.at - b.row.at);
      const stored = known?.at ?? Number.NEGATIVE_INFINITY;
      const pending = known?.pending ?? null;
      const floor = pending?.row.at ?? stored;
      plan.late.push(...folded(group.filter(({ row }) => row.at <= stored)));
      const between = folded(group.filter(({ row }) => row.at > stored && row.at <= floor));
      const newer = folded(group.filter(({ row }) => row.at > stored && row.at > floor));
      const alike = [...between, ...newer, ...(pending ? [pending] : [])].every(
        (state, _, [first]) => first !== undefined && sameMiners(first, state),
      );
      const isDue = known === undefined || now - known.writtenAt >= STATE_PAUSE_MS;
      if (alike && !isDue) plan.defer.push(...between, ...newer);
      else if (alike) plan.write.push(...joined([...(pending ? [pending] : []), ...between, ...newer]));
      else plan.write.push(...between, ...(pending ? [pending] : []), ...newer);
    }
    return plan;
  }

  /** The plan's transaction has committed; `newer` are those that it stored. */
  committed({ projectId, write, defer }: StatePlan, newer: ReadonlySet<ContainerState>): void {
    const now = this.#now();
    for (const state of write) {
      const known = this.#of(projectId, state.row.containerId);
      known.at = Math.max(known.at, state.row.at);
      if (newer.has(state)) known.writtenAt = now;
      if (known.pending && known.pending.row.at <= state.row.at) known.pending = null;
    }
    for (const state of defer) {
      const known = this.#of(projectId, state.row.containerId);
      known.pending = known.pending === null ? state : (joined([known.pending, state])[0] ?? state);
    }
  }

  /** The states kept back whose time has come, or all, by project. */
  due(all = false): Map<string, ContainerState[]> {
    const now = this.#now();
    const due = new Map<string, ContainerState[]>();
    for (const [key, { pending, writtenAt }] of this.#known) {
      if (pending === null || (!all && now - writtenAt < STATE_PAUSE_MS - STATE_LOOK_MS)) continue;
      const projectId = key.slice(0, key.indexOf('/'));
      const states = due.get(projectId);
      if (states) states.push(pending);
      else due.set(projectId, [pending]);
    }
    return due;
  }

  /** Gives up states that cannot be stored: their containers' next frames are written at once. */
  forget(projectId: string, states: readonly ContainerState[]): void {
    for (const { row } of states) this.#known.delete(keyOf(projectId, row.containerId));
  }

  #of(projectId: string, containerId: string): Known {
    const key = keyOf(projectId, containerId);
    let known = this.#known.get(key);
    if (!known) {
      if (this.#known.size >= MAX_CONTAINERS)
        for (const [other, { pending }] of this.#known) if (pending === null) this.#known.delete(other);
      known = { at: Number.NEGATIVE_INFINITY, writtenAt: Number.NEGATIVE_INFINITY, pending: null };
      this.#known.set(key, known);
    }
    return known;
  }
}

/** States of the same miners in the order in which they came: the newest, with what the others add to it. */
function joined(states: readonly ContainerState[]): ContainerState[] {
  const [first, ...rest] = states;
  if (!first) return [];
  const join = (a: ContainerState, b: ContainerState): ContainerState => {
    if (!sameMiners(a, b)) return a.row.at < b.row.at ? b : a;
    return a.row.at < b.row.at ? supersede(a, b) : recall(a, b);
  };
  return [rest.reduce(join, first)];
}

function keyOf(projectId: string, containerId: string): string {
  return `${projectId}/${containerId}`;
}
