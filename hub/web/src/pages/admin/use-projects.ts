import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../../api/projects.ts';

/** The reserved project of what holds for all of them. */
export const COMPANY = 'HEARST-000';

/** The projects that one may see, to choose from. */
export function useProjects(): readonly { readonly value: string; readonly label: string }[] {
  const { data } = useQuery(projectsQuery);
  return (data?.data ?? []).map(({ project_id: value, name }) => ({ value, label: name }));
}

/** By which clock a project's site lives; undefined: that of no site. */
export function useZone(projectId: string | undefined): string | undefined {
  const { data } = useQuery(projectsQuery);
  return data?.data.find(({ project_id: id }) => id === projectId)?.time_zone;
}
