import type { Silence } from '@hearst/hub/http/schemas/silences.ts';
import { ask } from './http.ts';

export type { Silence };

export interface NewSilence extends Pick<Silence, 'project_id' | 'target_type' | 'target_id' | 'rule_id' | 'ends_at'> {
  readonly reason: string;
}

export const silence = (body: NewSilence): Promise<Silence> => ask('/api/silences', { method: 'POST', body });
