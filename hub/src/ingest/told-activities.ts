import { minerIdOf } from '@hearst/protocol';
import type { Activity } from '../activity/record.ts';
import type { AgentEventRow } from '../db/queries/agent-events.ts';
import { FIRMWARE_CHANGED, HARDWARE_CHANGED } from '../db/queries/inventory.ts';
import { DUPLICATE, MOVED, SWAPPED } from '../db/queries/miner-whereabouts.ts';

/** Of machines; their subject is the slot. */
const OF_MACHINES: readonly string[] = [MOVED, SWAPPED, DUPLICATE, 'miner.cloned'];
/** Of a container's slots, in `positions`. */
const OF_SLOTS: readonly string[] = [HARDWARE_CHANGED, FIRMWARE_CHANGED];
/** So many entries of one batch: a log is for people. */
const MOST = 50;

/**
 * Events that belong into the history of a miner or container, as entries of the activity log: which machine stands where,
 * and what was changed in it. What concerns two slots is filed with both.
 */
export function activitiesOf(projectId: string, events: readonly AgentEventRow[]): Activity[] {
  return events.flatMap((event) => entriesOf(projectId, event)).slice(0, MOST);
}

function entriesOf(project: string, { code, subject, data }: AgentEventRow): Activity[] {
  if (subject === null) return [];
  const filed = (
    id: string,
    type: string,
    after: Record<string, unknown>,
    before?: Record<string, unknown>,
  ): Activity => ({
    ...{ project, action: code, target: { type, id }, after },
    ...(before && { before }),
  });
  if (OF_MACHINES.includes(code)) {
    const { from, to, other, serial, mac } = data;
    const after = Object.fromEntries(
      Object.entries({ from, to, ...(other !== undefined && { slot: subject, other }), serial, mac }).filter(
        ([, value]) => value !== null && value !== undefined,
      ),
    );
    const second = from ?? other;
    return [subject, ...(typeof second === 'string' ? [second] : [])].map((id) => filed(id, 'miner', after));
  }
  if (!OF_SLOTS.includes(code)) return [];
  const changes = Array.isArray(data.changes) ? (data.changes as SlotTold[]) : [];
  const [first, ...others] = changes;
  if (first === undefined) return [];
  if (others.length === 0) return [filed(minerIdOf(subject, first.position), 'miner', first.is, first.was)];
  return [filed(subject, 'container', { positions: data.positions })];
}

/** As `tellChanges` writes it. */
interface SlotTold {
  readonly position: number;
  readonly was: Record<string, unknown>;
  readonly is: Record<string, unknown>;
}
