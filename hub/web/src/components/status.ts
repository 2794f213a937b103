import type { Container } from '../api/containers.ts';
import type { Project } from '../api/projects.ts';
import type { Mark } from './status-mark.tsx';
import { BADNESS } from './status-word.ts';

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
  const old = freshness === 'late' || freshness === 'stale';
  return status === 'active' && old ? 'stale' : MARKS[status];
}

/** How a project is drawn: as the worst of its containers, unless people have said that it does not run. */
export function markOfProject(project: Pick<Project, 'status' | 'freshness' | 'containers_by_status'>): Mark {
  const { status, freshness, containers_by_status: counts } = project;
  if (status === 'planned' || status === 'archived') return 'planned';
  if (status === 'maintenance') return 'maint';
  const inUse = CONTAINERS_IN_USE.filter((each) => counts[each] > 0);
  const worst = inUse.toSorted((a, b) => BADNESS.indexOf(MARKS[a]) - BADNESS.indexOf(MARKS[b]))[0] ?? 'unknown';
  return markOf({ status: worst, freshness });
}

const CONTAINERS_IN_USE = ['active', 'warning', 'critical', 'offline', 'maintenance', 'unknown'] as const;
