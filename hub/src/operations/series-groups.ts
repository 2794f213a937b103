import type { ClientBase } from 'pg';
import {
  type ContainerMember,
  containerMembers,
  type SeriesMember,
  transformerMembers,
} from '../db/queries/series-members.ts';
import { type Grouping, NONE } from '../series/grouping.ts';
import type { SeriesScope } from '../series/metrics.ts';

/** Whose figures over time are wanted. */
export interface SeriesSubject {
  readonly scope: SeriesScope;
  readonly scopeId: string;
  /** Null of the company. */
  readonly projectId: string | null;
  /** What every series of it is of: project_id and so on. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whose rows it is made of: the company's are its projects'. */
  readonly members: readonly SeriesMember[];
  /** Unless another is asked for. */
  readonly timeZone: string;
}

/** What one series of each metric is made of. */
export interface SeriesGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly members: readonly SeriesMember[];
  /** Shown even where it has no rows: it belongs to the subject as the inventory is now. */
  readonly current: boolean;
}

/** The subject as a whole. */
export function wholeOf({ labels, members }: SeriesSubject): SeriesGroup[] {
  return [{ labels, members, current: true }];
}

/**
 * The groups of a subject. Rows and models are those that the inventory says now; what was on which transformer is what
 * the rows of history say, so that a container that was moved is counted where it was.
 */
export async function groupsOf(client: ClientBase, subject: SeriesSubject, grouping: Grouping): Promise<SeriesGroup[]> {
  const { scope, scopeId, projectId, labels } = subject;
  const containers = await containerMembers(client, projectId);
  switch (grouping) {
    case 'container':
      return containers.map((container) => ({
        labels: { ...labels, project_id: container.projectId, container_id: container.scopeId },
        members: [scope === 'transformer' ? { ...container, transformerId: scopeId } : container],
        current: scope !== 'transformer' || container.transformer === scopeId,
      }));
    case 'transformer':
      return await transformersOf(client, subject, containers);
    case 'row':
      return gathered(containers, ({ row }) => row, Number).map(([row, members]) => ({
        labels: { ...labels, row },
        members,
        current: true,
      }));
    case 'model':
      return gathered(containers, ({ model }) => model).map(([model, members]) => ({
        labels: { ...labels, model },
        members,
        current: true,
      }));
  }
}

/** Transformers have rows of their own. What hung on none of them is told too, or the parts would not be the whole. */
async function transformersOf(
  client: ClientBase,
  { labels, projectId }: SeriesSubject,
  containers: readonly ContainerMember[],
): Promise<SeriesGroup[]> {
  const transformers = await transformerMembers(client, projectId ?? '');
  return [
    ...transformers.map((member) => ({
      labels: { ...labels, transformer_id: member.scopeId },
      members: [member],
      current: true,
    })),
    {
      labels: { ...labels, transformer_id: NONE },
      members: containers.map((container) => ({ ...container, expected: null, since: null, transformerId: null })),
      current: containers.some(({ transformer }) => transformer === null),
    },
  ];
}

/** Members by what `of` says, in the order of that; those of which it says nothing last. */
function gathered(
  containers: readonly ContainerMember[],
  of: (container: ContainerMember) => string | null,
  rank?: (key: string) => number,
): [key: string, members: ContainerMember[]][] {
  const groups = Map.groupBy(containers, (container) => of(container) ?? NONE);
  const isNone = ([key]: [string, unknown]) => Number(key === NONE);
  const compare = (a: string, b: string) => (rank ? rank(a) - rank(b) : a.localeCompare(b, 'en', { numeric: true }));
  return [...groups].sort((a, b) => isNone(a) - isNone(b) || compare(a[0], b[0]));
}
