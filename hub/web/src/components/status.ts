import type { Container } from '../api/containers.ts';
import type { Project } from '../api/projects.ts';
import type { Mark } from './status-mark.tsx';

type Status = Container['status'] | Project['status'];

const MARKS: Readonly<Record<Status, Mark>> = {
  active: 'normal',
  warning: 'warning',
  critical: 'critical',
  offline: 'offline',
  maintenance: 'maint',
  unknown: 'unknown',
  planned: 'planned',
  archived: 'planned',
};

/** How something is drawn: by its status, or as stale where what is known of it is old and nothing worse is. */
export function markOf({ status, freshness }: { status: Status; freshness: Container['freshness'] }): Mark {
  const old = freshness === 'late' || freshness === 'stale';
  return status === 'active' && old ? 'stale' : MARKS[status];
}
