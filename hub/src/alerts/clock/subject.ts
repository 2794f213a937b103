import type { Target } from '../target.ts';

/** What belongs to no project. */
export const COMPANY = 'HEARST-000';

/** A project as what an alert is about; the company is `global`. */
export function subjectOf(projectId: string): Target {
  return projectId === COMPANY ? { type: 'global', id: '' } : { type: 'project', id: projectId };
}
