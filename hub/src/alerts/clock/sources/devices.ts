import { minerIdOf } from '@hearst/protocol';
import { eventsSince, type NotedEvent } from '../../../db/queries/agent-health.ts';
import { FIRMWARE_CHANGED, HARDWARE_CHANGED } from '../../../db/queries/inventory.ts';
import { MOVED, SWAPPED } from '../../../db/queries/miner-whereabouts.ts';
import type { Target } from '../../target.ts';
import { judged } from '../judged.ts';
import type { Known, Source } from '../source.ts';
import { subjectOf } from '../subject.ts';

/**
 * Something answers at the site that stands in no site file, or at an address of it and is no miner that an agent knows; the
 * event's subject is its address. Agents tell it again while it lasts.
 */
const UNKNOWN_DEVICE = 'device.unknown';
/** For so long it holds; the rules then keep the alert. */
const REMEMBERED_MS = 3_600_000;

/** Whether slots were found to hold another miner or firmware, and whether devices were met that nobody knows. */
export const devicesSource: Source = {
  name: 'devices',
  of: 'projects',
  everyS: 120,
  async judge(client, projectId, rules, now) {
    const codes = [HARDWARE_CHANGED, FIRMWARE_CHANGED, MOVED, SWAPPED, UNKNOWN_DEVICE];
    const events = await eventsSince(client, projectId, codes, new Date(+now - REMEMBERED_MS), 'at');
    return judged(devicesKnown(projectId, events), rules, now);
  },
};

/**
 * A change of one slot is the miner's; one of many at once (a firmware rolled out) is one thing that happened to the
 * container. Values: how many slots changed, how many devices are unknown.
 */
function devicesKnown(projectId: string, events: readonly NotedEvent[]): Known[] {
  const changed = new Map<string, { target: Target; positions: Set<number> }>();
  const strangers = new Set<string>();
  const note = (target: Target, positions: readonly number[]): void => {
    const known = changed.get(target.id) ?? { target, positions: new Set() };
    changed.set(target.id, known);
    for (const position of positions) known.positions.add(position);
  };
  for (const event of events) {
    const { code, subject, data } = event;
    if (code === UNKNOWN_DEVICE) strangers.add(subject ?? '');
    else if (code === MOVED || code === SWAPPED) for (const id of slotsIn(event)) note({ type: 'miner', id }, [1]);
    else if (subject !== null) {
      const positions = positionsIn(data);
      const [first, ...others] = positions;
      if (first === undefined) continue;
      if (others.length === 0) note({ type: 'miner', id: minerIdOf(subject, first) }, [first]);
      else note({ type: 'container', id: subject }, positions);
    }
  }
  const known: Known[] = [...changed.values()].map(({ target, positions }) => ({
    target,
    readings: { miner_changed: { holds: true, value: positions.size } },
  }));
  if (strangers.size > 0) {
    known.push({ target: subjectOf(projectId), readings: { unknown_device: strangers.size } });
  }
  return known;
}

/** The slots that hold another miner by it: the one it came to, and of two that were exchanged both. */
function slotsIn({ code, subject, data }: NotedEvent): string[] {
  return [subject, code === SWAPPED ? data.from : null].filter((id) => typeof id === 'string');
}

function positionsIn({ positions }: NotedEvent['data']): number[] {
  return Array.isArray(positions) ? positions.filter((position) => Number.isInteger(position)) : [];
}
