import type { Silence } from '@hearst/hub/http/schemas/silences.ts';
import { ask } from './http.ts';
import { pagesOf } from './list.ts';

export type { Silence };

export interface NewSilence extends Pick<Silence, 'project_id' | 'target_type' | 'target_id' | 'rule_id' | 'ends_at'> {
  readonly reason: string;
}

export const silence = (body: NewSilence): Promise<Silence> => ask('/api/silences', { method: 'POST', body });

/** All there were, those that end last first. */
export const silencesQuery = (projectId: string | undefined) =>
  pagesOf<Silence>('silences', '/api/silences', { project_id: projectId, sort: '-ends_at' });

/** Ends it now; one that has not begun is withdrawn. */
export const endSilence = (id: string): Promise<Silence> => ask(`/api/silences/${id}`, { method: 'DELETE' });
