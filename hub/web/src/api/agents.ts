import type { Agent, EnrolmentToken } from '@hearst/hub/http/schemas/agents.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Agent, EnrolmentToken };

export const agentsQuery = (projectId?: string) =>
  queryOptions({
    queryKey: ['agents', projectId ?? null],
    queryFn: ({ signal }) => ask<List<Agent>>('/api/agents', { query: { project_id: projectId, limit: 500 }, signal }),
    meta: liveOf('agents').in(projectId),
  });

/** The same, asked so often as what agents say of themselves changes: no live message tells of that. */
export const watchedAgentsQuery = (projectId: string | undefined, everyMs: number) =>
  queryOptions({ ...agentsQuery(projectId), refetchInterval: everyMs });

/** A one-time token, and the command that uses it at the site. */
export const addAgent = ({ projectId, name }: { projectId: string; name: string }): Promise<EnrolmentToken> =>
  ask(`/api/projects/${projectId}/agents`, { method: 'POST', body: name === '' ? {} : { name } });

export const revokeAgent = (agentId: string): Promise<void> => ask(`/api/agents/${agentId}`, { method: 'DELETE' });
export const reinstateAgent = (agentId: string): Promise<Agent> =>
  ask(`/api/agents/${agentId}/reinstate`, { method: 'POST' });
