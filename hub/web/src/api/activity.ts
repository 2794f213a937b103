import type { ActivityEntry } from '@hearst/hub/http/schemas/activity.ts';
import { pagesOf } from './list.ts';

export type { ActivityEntry };

/** Who changed what, newest first, page by page. */
export const activityQuery = (projectId: string) =>
  pagesOf<ActivityEntry>('activity', '/api/activity', { project_id: projectId });
