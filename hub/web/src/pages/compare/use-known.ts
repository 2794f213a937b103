import { useQueries } from '@tanstack/react-query';
import { type Container, containersQuery } from '../../api/containers.ts';
import type { List } from '../../api/list.ts';
import type { Project } from '../../api/projects.ts';
import { shortId } from '../../components/short-id.ts';
import type { Item } from './items.ts';
import type { Known } from './quantities.ts';

/** The containers of all projects of which something is compared. */
export function useContainers(items: readonly Item[]): readonly Container[] {
  const projectIds = [...new Set(items.map(({ projectId }) => projectId))];
  return useQueries({ queries: projectIds.map((id) => containersQuery(id)), combine: together });
}

const together = (answers: readonly { readonly data: List<Container> | undefined }[]): Container[] =>
  answers.flatMap(({ data }) => data?.data ?? []);

export function knownOf(
  { kind, id, projectId }: Item,
  projects: readonly Project[],
  containers: readonly Container[],
): Known | undefined {
  if (kind === 'project') {
    const of = projects.find((each) => each.project_id === id);
    return of && { kind, of };
  }
  const of = containers.find((each) => each.container_id === id && each.project_id === projectId);
  return of && { kind, of };
}

/** What an item is called: shortly, for it stands beside lines. Containers of several projects by their whole ids. */
export function labelOf({ kind, id, projectId }: Item, known: Known | undefined, isOneProject: boolean): string {
  if (kind === 'project') return known?.kind === 'project' ? known.of.name.replace(/^Hearst\s+/i, '') : id;
  return isOneProject ? shortId(id, projectId) : id;
}
