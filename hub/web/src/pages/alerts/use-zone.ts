import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../../api/projects.ts';

/** By which clock a project's site lives; undefined: that of no site. */
export function useZone(projectId: string): string | undefined {
  const { data } = useQuery(projectsQuery);
  return data?.data.find(({ project_id: id }) => id === projectId)?.time_zone;
}
