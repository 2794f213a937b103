import { minerIdOf } from '@hearst/protocol';
import { FIRMWARE_CHANGED, HARDWARE_CHANGED, type SlotChange } from '../db/queries/inventory.ts';
import { DUPLICATE, MOVED, SWAPPED } from '../db/queries/miner-whereabouts.ts';
import type { Draft } from './draft.ts';
import { correctedTime, eventOf, HUB_EVENTS_FROM } from './prepare.ts';
import type { Arrival, Whereabout } from './whereabouts.ts';

/** Changes told one by one; positions are told of all of them. */
const MAX_TOLD = 50;

/**
 * Adds an event for every machine that was moved, for every two that were exchanged, and for those that another agent reads
 * too; one for the slots of a container in which another miner stands of which nobody knows where it came from, and one for
 * those that run another firmware: one each, however many they are, since a firmware is rolled out over a whole container.
 * A miner that is another one brings its own firmware, which is no news.
 *
 * Data of the latter: `positions` (all), `changes` (of the first 50: position, what was and what is known, by field). Of the
 * others: `container`, `positions` in it, `from` and `to` (miners' ids), `serial`, `mac`, `was` (serial and MAC before).
 */
export function tellChanges(draft: Draft, whereabouts: readonly Whereabout[]): void {
  const container = draft.inventory?.container?.container;
  if (container === undefined) return;
  const arrived = whereabouts.flatMap(({ change, arrival }) => (arrival === null ? [] : [{ change, arrival }]));
  const told = new Set<SlotChange>();
  for (const { change, arrival } of arrived.slice(0, MAX_TOLD)) {
    if (told.has(change)) continue;
    const other = arrival.how === 'swapped' ? arrived.find(({ arrival: a, change: c }) => isOther(a, c)) : undefined;
    for (const each of other === undefined ? [change] : [change, other.change]) told.add(each);
    tellArrival(draft, container, change, arrival, other?.change);

    function isOther(back: Arrival, { position }: SlotChange): boolean {
      return back.from === minerIdOf(container!, change.position) && arrival.from === minerIdOf(container!, position);
    }
  }
  const rest = whereabouts.map(({ change }) => change).filter((change) => !told.has(change) && hasChanged(change));
  const softwareOnly = ({ is }: SlotChange): boolean => Object.keys(is).join() === 'firmware';
  const hardware = rest.filter((change) => !softwareOnly(change));
  add(draft, container, HARDWARE_CHANGED, hardware, 'another miner than before');
  add(draft, container, FIRMWARE_CHANGED, rest.filter(softwareOnly), 'another firmware than before');
}

/** What was learnt where nothing was known is no change. */
const hasChanged = ({ is }: SlotChange): boolean => Object.keys(is).length > 0;

const CODES = { moved: MOVED, swapped: SWAPPED, duplicate: DUPLICATE } as const;

function tellArrival(
  draft: Draft,
  container: string,
  change: SlotChange,
  { how, from }: Arrival,
  other: SlotChange | undefined,
): void {
  const to = minerIdOf(container, change.position);
  const name = change.now.serial ?? change.now.mac ?? 'without a number';
  const messages = {
    moved: `the miner ${name} stands in ${to} now; it was in ${from}`,
    swapped: `the miners of ${from} and ${to} stand in each other's place`,
    duplicate: `the miner of ${from} (${name}) answers in ${to} too, and another agent reads that one: one of the two site files is wrong`,
  };
  draft.events.push({
    ...eventAt(draft, CODES[how], how === 'duplicate' ? 'warning' : 'info'),
    subject: to,
    message: messages[how],
    data: {
      container,
      positions: [change, ...(other ? [other] : [])].map(({ position }) => position),
      ...(how === 'duplicate' ? { other: from } : { from, to }),
      ...change.now,
      was: change.before,
    },
  });
}

function eventAt(draft: Draft, code: string, severity: 'info' | 'warning') {
  const { batch, events } = draft;
  return {
    ...eventOf(batch, HUB_EVENTS_FROM + events.length, code, severity),
    at: correctedTime(batch.envelope.wall, batch.envelope, batch.receivedAt).at,
  };
}

function add(draft: Draft, container: string, code: string, changes: readonly SlotChange[], what: string): void {
  if (changes.length === 0) return;
  const where = changes.length === 1 ? `position ${changes[0]?.position}` : `${changes.length} positions`;
  draft.events.push({
    ...eventAt(draft, code, 'info'),
    subject: container,
    message: `${where} of ${container}: ${what}`,
    data: {
      positions: changes.map(({ position }) => position),
      changes: changes.slice(0, MAX_TOLD).map(({ position, was, is }) => ({ position, was, is })),
    },
  });
}
