import type { Target } from './target.ts';

/** Where a container stands, and who reads it. */
export interface Place {
  readonly containerId: string;
  readonly transformerId: string | null;
  readonly agentId: string | null;
}

const MINER = /-M\d+$/;

/** The container that a miner stands in, told by its id. */
export function containerOfMiner(minerId: string): string {
  return minerId.replace(MINER, '');
}

/** What stands below what in one project: project > agent > transformer > container > miner. */
export class Topology {
  readonly #projectId: string;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #onTransformer: ReadonlyMap<string | null, readonly Place[]>;
  readonly #ofAgent: ReadonlyMap<string | null, readonly Place[]>;

  constructor(projectId: string, places: readonly Place[]) {
    this.#projectId = projectId;
    this.#places = new Map(places.map((place) => [place.containerId, place]));
    this.#onTransformer = Map.groupBy(places, (place) => place.transformerId);
    this.#ofAgent = Map.groupBy(places, (place) => place.agentId);
  }

  /** What stands above a target, nearest first. An agent stands above a transformer whose containers it reads alone. */
  above(target: Target): Target[] {
    const project: Target = { type: 'project', id: this.#projectId };
    switch (target.type) {
      case 'miner': {
        const container: Target = { type: 'container', id: containerOfMiner(target.id) };
        return [container, ...this.above(container)];
      }
      case 'container': {
        const place = this.#places.get(target.id);
        return [...known('transformer', place?.transformerId), ...known('agent', place?.agentId), project];
      }
      case 'transformer': {
        const agents = new Set(this.#onTransformer.get(target.id)?.map(({ agentId }) => agentId));
        const [only] = agents.size === 1 ? agents : [];
        return [...known('agent', only), project];
      }
      case 'agent':
        return [project];
      default:
        return [];
    }
  }

  /** The containers at or below a target; of a miner the one it stands in. */
  containersOf(target: Target): string[] {
    switch (target.type) {
      case 'miner':
        return [containerOfMiner(target.id)];
      case 'container':
        return [target.id];
      case 'transformer':
        return ids(this.#onTransformer.get(target.id));
      case 'agent':
        return ids(this.#ofAgent.get(target.id));
      case 'project':
        return ids([...this.#places.values()]);
      default:
        return [];
    }
  }

  /** Transformers with the containers on them. */
  transformers(): [transformerId: string, containerIds: string[]][] {
    return [...this.#onTransformer].flatMap(([id, places]) => (id === null ? [] : [[id, ids(places)]]));
  }
}

function known(type: Target['type'], id: string | null | undefined): Target[] {
  return id == null ? [] : [{ type, id }];
}

function ids(places: readonly Place[] | undefined): string[] {
  return (places ?? []).map(({ containerId }) => containerId);
}
