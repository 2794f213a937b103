import type { Container } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import type { SearchHit } from '../../api/search.ts';
import { type Item, itemText } from './items.ts';

/** Something that may be added. */
export interface Candidate {
  readonly item: Item;
  readonly name: string;
}

const MOST = 40;

/**
 * What may be added for a text: projects, containers of the projects that are known here, and what the hub's search finds
 * besides. What is compared already is not among them.
 */
export function candidatesFor(
  text: string,
  known: {
    readonly projects: readonly Project[];
    readonly containers: readonly Container[];
    readonly hits: readonly SearchHit[];
  },
  taken: readonly Item[],
): readonly Candidate[] {
  const wanted = text.trim().toLowerCase();
  const own: Candidate[] = [
    ...known.projects.map(({ project_id: id, name }) => ({
      item: { kind: 'project' as const, id, projectId: id },
      name,
    })),
    ...known.containers.map(({ container_id: id, project_id: projectId }) => ({
      item: { kind: 'container' as const, id, projectId },
      name: id,
    })),
  ];
  const found = known.hits.flatMap(({ type, id, project_id: projectId, label }): Candidate[] =>
    type === 'project' || type === 'container' ? [{ item: { kind: type, id, projectId }, name: label }] : [],
  );
  const matching = own.filter(({ item, name }) => `${name} ${item.id}`.toLowerCase().includes(wanted));
  const gone = new Set(taken.map(itemText));
  const all = [...matching, ...found].filter(({ item }) => {
    const key = itemText(item);
    const isNew = !gone.has(key);
    gone.add(key);
    return isNew;
  });
  return all.slice(0, MOST);
}
