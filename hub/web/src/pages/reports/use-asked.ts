import { getRouteApi } from '@tanstack/react-router';
import type { Project } from '../../api/projects.ts';
import type { PeriodKind, ReportAsked } from '../../api/reports.ts';
import { useMinute } from '../../components/use-now.ts';
import { lastOver } from './period.ts';
import type { ReportsSearch } from './search.ts';

const route = getRouteApi('/shell/reports');

type Change = { readonly [Name in keyof ReportsSearch]?: ReportsSearch[Name] | undefined };

/** Which report the address asks for, and how another one is asked for. */
export function useAsked(projects: readonly Project[]) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useMinute();
  const project =
    projects.find(({ project_id: id }) => id === search.project) ??
    (search.project === undefined ? (projects.find(({ status }) => status !== 'planned') ?? projects[0]) : undefined);
  const zone = project?.time_zone ?? 'UTC';
  const period: PeriodKind = search.period ?? 'daily';
  const asked: ReportAsked = {
    projectId: project?.project_id ?? search.project ?? '',
    period,
    date: search.date ?? lastOver(period, now, zone),
  };
  const change = (part: Change): void => {
    const entries = Object.entries({ ...search, ...part }).filter(([, value]) => value !== undefined);
    void navigate({ search: Object.fromEntries(entries) as ReportsSearch, resetScroll: false });
  };
  return { asked, project, zone, now, change };
}
