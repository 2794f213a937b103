import type { Project } from '../../api/projects.ts';

/** As many as can be told apart at once. */
export const MOST_ITEMS = 6;

/** What is compared. */
export interface Item {
  readonly kind: 'project' | 'container';
  readonly id: string;
  readonly projectId: string;
}

/** How it stands in the address: `project:QATAR-001`, `container:QATAR-001/QATAR-C03`. */
export function itemText({ kind, id, projectId }: Item): string {
  return kind === 'project' ? `project:${id}` : `container:${projectId}/${id}`;
}

/** The items as the address says them. */
export const itemsText = (items: readonly Item[]): string => items.map(itemText).join(',');

/**
 * The items that an address names, each once and at most six. People may leave out what is plain: `project:qatar` is the
 * project whose id begins so, `container:qatar-c03` is in it. What names none that is known is left out.
 */
export function itemsOf(text: string | undefined, projects: readonly Pick<Project, 'project_id'>[]): readonly Item[] {
  const found = (text ?? '').split(',').flatMap((part) => {
    const item = itemOf(part.trim(), projects);
    return item === null ? [] : [item];
  });
  const texts = found.map(itemText);
  return found.filter((item, i) => texts.indexOf(itemText(item)) === i).slice(0, MOST_ITEMS);
}

function itemOf(text: string, projects: readonly Pick<Project, 'project_id'>[]): Item | null {
  const [kind, name = ''] = text.split(':');
  const projectOf = (of: string): string | undefined => {
    const wanted = of.toUpperCase();
    const ids = projects.map(({ project_id: id }) => id);
    return ids.find((id) => id === wanted) ?? ids.find((id) => wanted !== '' && id.startsWith(`${wanted}-`));
  };
  if (kind === 'project') {
    const id = projectOf(name);
    return id === undefined ? null : { kind, id, projectId: id };
  }
  if (kind !== 'container') return null;
  const [id = '', place] = name.toUpperCase().split('/').toReversed();
  const projectId = projectOf(place ?? id.replace(/-C\d+$/, ''));
  return /-C\d+$/.test(id) && projectId !== undefined ? { kind, id, projectId } : null;
}
