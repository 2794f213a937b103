import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { Activity } from '../activity/record.ts';
import type { AgentEventRow } from '../db/queries/agent-events.ts';
import { endSiteWindow, endToldBefore, insertSiteWindow, ownTarget } from '../db/queries/site-maintenance.ts';
import type { Draft } from './draft.ts';
import { eventOf, HUB_EVENTS_FROM } from './prepare.ts';

/** The codes by which an agent says that something of its site is worked on, and that it is over. */
const ON = 'maintenance.on';
const OFF = 'maintenance.off';
/** What was not believed of them. */
const REFUSED = 'maintenance.refused';

/** As long as a window that people enter may be. */
const MOST_MS = 366 * 86_400_000;

const Ref = z.uuid();
const On = z.object({
  ref: Ref,
  until: z.iso.datetime({ offset: true }),
  reason: z.string().nullish(),
  by: z.string().nullish(),
});
const Off = z.object({ ref: Ref });

/**
 * Maintenance declared at the site: `maintenance.on` becomes a maintenance window of what the agent reads, `maintenance.off`
 * ends it. `ref` is the window's id, so that what comes twice changes nothing, in whatever order the two come.
 *
 * What an agent does not read, a window that is not its own, and what is malformed change nothing, and an event tells.
 *
 * @returns what goes into the activity log
 */
export async function applyMaintenance(
  client: ClientBase,
  projectId: string,
  draft: Draft,
  agentName: string,
): Promise<Activity[]> {
  const activities: Activity[] = [];
  // What is refused is added to the same list.
  for (const event of draft.events.filter(isMaintenance)) {
    const told = event.code === ON ? on : off;
    const outcome = await told(client, projectId, draft, event, `agent:${agentName}`);
    if (typeof outcome === 'string') refuse(draft, event, outcome);
    else if (outcome !== null) activities.push(outcome);
  }
  return activities;
}

export const isMaintenance = ({ code }: Pick<AgentEventRow, 'code'>): boolean => code === ON || code === OFF;

/** What is to be logged; null where nothing changed; a text: why it is refused. */
type Outcome = Activity | null | string;

async function on(
  client: ClientBase,
  projectId: string,
  { batch }: Draft,
  event: AgentEventRow,
  createdBy: string,
): Promise<Outcome> {
  const told = On.safeParse(event.data);
  if (!told.success || event.subject === null) return 'it names no subject, no end or no reference';
  const { ref, until, reason, by } = told.data;
  const { agentId } = batch.key;
  const targetId = event.subject.toUpperCase();
  const targetType = await ownTarget(client, projectId, agentId, targetId);
  if (targetType === null) return `the agent does not read ${event.subject}`;
  const startsAt = new Date(event.at);
  const endsAt = new Date(until);
  if (!(endsAt > startsAt)) return `it ends at ${until}, before it began`;
  if (+endsAt - +startsAt > MOST_MS) return 'it lasts longer than 366 days';
  const window = {
    ...{ windowId: ref, targetType, targetId, startsAt, endsAt, createdBy },
    reason: [reason, by].filter((part) => part !== null && part !== undefined && part !== '').join(' · '),
  };
  const now = new Date(batch.receivedAt);
  if (!(await insertSiteWindow(client, projectId, window, now))) return null;
  const over = await endToldBefore(client, projectId, agentId, ref);
  if (over !== null) await endSiteWindow(client, projectId, { windowId: ref, by: createdBy, at: over }, now);
  return {
    ...filed(projectId, ref, 'create'),
    after: {
      target_type: targetType,
      target_id: targetId,
      starts_at: startsAt,
      ends_at: over ?? endsAt,
      reason: window.reason,
    },
  };
}

async function off(
  client: ClientBase,
  projectId: string,
  { batch }: Draft,
  event: AgentEventRow,
  by: string,
): Promise<Outcome> {
  const told = Off.safeParse(event.data);
  if (!told.success) return 'it names no reference';
  const { ref } = told.data;
  const at = new Date(event.at);
  const ended = await endSiteWindow(client, projectId, { windowId: ref, by, at }, new Date(batch.receivedAt));
  // Not there yet, over, or somebody else's: whatever it is stays as it is.
  if (ended === null) return null;
  return { ...filed(projectId, ref, 'end'), before: { ends_at: ended.before }, after: { ends_at: ended.after } };
}

function filed(project: string, windowId: string, verb: string) {
  return { project, action: `maintenance_window.${verb}`, target: { type: 'maintenance_window', id: windowId } };
}

function refuse({ batch, events }: Draft, { code, subject, data }: AgentEventRow, why: string): void {
  events.push({
    ...eventOf(batch, HUB_EVENTS_FROM + events.length, REFUSED, 'warning'),
    subject,
    message: `Not believed (${code}): ${why}.`,
    data: { ref: typeof data.ref === 'string' ? data.ref : null },
  });
}
