import { agentHealths, eventsSince } from '../../../db/queries/agent-health.ts';
import { judged } from '../judged.ts';
import type { Source } from '../source.ts';

const TOMBSTONE = 'outbox.tombstone';
const REMEMBERED_MS = 3_600_000;

/** Whether agents gave up readings within the hour, as their tombstones tell. */
export const sacrificesSource: Source = {
  name: 'sacrifices',
  of: 'projects',
  everyS: 60,
  async judge(client, projectId, rules, now) {
    const since = new Date(+now - REMEMBERED_MS);
    const tombstones = await eventsSince(client, projectId, [TOMBSTONE], since, 'received_at');
    const agents = await agentHealths(client, projectId);
    const known = agents.map(({ agentId, lastSeenAt }) => {
      const given = tombstones.filter((event) => event.agentId === agentId);
      const heard = lastSeenAt !== null && lastSeenAt > since;
      return {
        target: { type: 'agent', id: agentId } as const,
        readings: { agent_outbox_sacrificing: given.length === 0 && !heard ? null : sacrificed(given) },
      };
    });
    return judged(known, rules, now);
  },
};

/** How many readings were given up. */
function sacrificed(tombstones: readonly { readonly data: Readonly<Record<string, unknown>> }[]) {
  const readings = tombstones.reduce((sum, { data }) => sum + (Number(data.readings) || 0), 0);
  return { holds: tombstones.length > 0, value: readings };
}
