import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type Alert, alertsQuery } from '../api/alerts.ts';
import { projectFiguresQuery } from '../api/metrics.ts';
import { projectsQuery } from '../api/projects.ts';
import { newCausesIn } from '../shell/new-causes.ts';

/** Something critical that came in: where it is to be seen. */
export interface Alarm {
  readonly path: string;
  readonly since: number;
}

const CRITICAL = { status: 'active', severity: 'critical', sort: '-timestamp', limit: 100 } as const;
/** Whatever is not taken care of until then does not keep the rest from being seen. */
const LONGEST_MS = 600_000;

/** Where an alert is to be seen: on its container's page, else on its project's. Null: it belongs to none. */
export function pathOf({
  project_id: project,
  target_type: type,
  target_id: target,
}: Pick<Alert, 'project_id' | 'target_type' | 'target_id'>): string | null {
  if (project === ALL_PROJECTS) return null;
  // A miner's id is its container's and its position.
  const container = type === 'container' ? target : type === 'miner' ? target.replace(/-M\d+$/, '') : null;
  return container === null ? `/projects/${project}` : `/projects/${project}/containers/${container}`;
}

const ALL_PROJECTS = 'HEARST-000';

/** The newest critical alert that has come in and is neither acknowledged nor over. */
export function useAlarm(): Alarm | null {
  const { data } = useQuery(alertsQuery(CRITICAL));
  const newest = useRef<number>(undefined);
  const [alarm, setAlarm] = useState<(Alarm & { readonly id: number }) | null>(null);
  useEffect(() => {
    if (data === undefined) return;
    const [came] = newCausesIn(data.data, newest.current).toSorted((a, b) => b.id - a.id);
    newest.current = Math.max(newest.current ?? 0, ...data.data.map(({ id }) => id));
    const path = came === undefined ? null : pathOf(came);
    if (came !== undefined && path !== null) setAlarm({ id: came.id, path, since: Date.now() });
    else setAlarm((now) => (now !== null && data.data.some(({ id }) => id === now.id) ? now : null));
  }, [data]);
  return useForAWhile(alarm, setAlarm);
}

/** The same for whoever may not see alerts but in numbers: a project that has more critical ones than before. */
export function useCountedAlarm(): Alarm | null {
  const { data: projects } = useQuery(projectsQuery);
  const ids = projects?.data.map(({ project_id: id }) => id) ?? [];
  const counts = useQueries({
    queries: ids.map(projectFiguresQuery),
    combine: (answers) => answers.map(({ data }) => data?.alerts_active.critical ?? null).join(' '),
  });
  const before = useRef(new Map<string, number>());
  const [alarm, setAlarm] = useState<(Alarm & { readonly id: string; readonly from: number }) | null>(null);
  const named = ids.join(' ');
  useEffect(() => {
    const now = new Map(
      named.split(' ').flatMap((id, i) => {
        const count = counts.split(' ')[i];
        return count === undefined || count === '' ? [] : [[id, Number(count)] as const];
      }),
    );
    const risen = [...now].find(([id, count]) => count > (before.current.get(id) ?? Number.POSITIVE_INFINITY));
    const [id, count] = risen ?? [];
    if (id !== undefined && count !== undefined)
      setAlarm({ id, from: before.current.get(id) ?? 0, path: `/projects/${id}`, since: Date.now() });
    else setAlarm((held) => (held !== null && (now.get(held.id) ?? 0) > held.from ? held : null));
    before.current = now;
  }, [named, counts]);
  return useForAWhile(alarm, setAlarm);
}

function useForAWhile<Held extends Alarm>(alarm: Held | null, set: (next: null) => void): Held | null {
  useEffect(() => {
    if (alarm === null) return;
    const timer = setTimeout(() => set(null), alarm.since + LONGEST_MS - Date.now());
    return () => clearTimeout(timer);
  }, [alarm, set]);
  return alarm;
}
