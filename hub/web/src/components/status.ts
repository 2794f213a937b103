import type { Container } from '../api/containers.ts';
import type { Project } from '../api/projects.ts';
import type { Mark } from './status-mark.tsx';
import { worstOf } from './status-word.ts';

const MARKS: Readonly<Record<Container['status'], Mark>> = {
  active: 'normal',
  warning: 'warning',
  critical: 'critical',
  offline: 'offline',
  maintenance: 'maint',
  unknown: 'unknown',
  planned: 'planned',
};

/** How something is drawn: by its status, or as stale where what is known of it is old and nothing worse is. */
export function markOf({ status, freshness }: Pick<Container, 'status' | 'freshness'>): Mark {
  return agedMark(MARKS[status], freshness);
}

/** How a project is drawn: as the worst of its containers, unless people have said that it does not run. */
export function markOfProject(project: Pick<Project, 'status' | 'freshness' | 'containers_by_status'>): Mark {
  const { status, freshness, containers_by_status: counts } = project;
  if (status === 'planned' || status === 'archived') return 'planned';
  if (status === 'maintenance') return 'maint';
  const marks = CONTAINERS_IN_USE.filter((each) => counts[each] > 0).map((each) => MARKS[each]);
  return agedMark(worstOf(marks), freshness);
}

const CONTAINERS_IN_USE = ['active', 'warning', 'critical', 'offline', 'maintenance', 'unknown'] as const;

/** A mark, or stale where all is well by a reading that is old. */
export function agedMark(mark: Mark, freshness: Container['freshness']): Mark {
  const isOld = freshness === 'late' || freshness === 'stale';
  return mark === 'normal' && isOld ? 'stale' : mark;
}
