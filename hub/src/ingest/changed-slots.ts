import { FIRMWARE_CHANGED, HARDWARE_CHANGED, type SlotChange } from '../db/queries/inventory.ts';
import type { Draft } from './draft.ts';
import { correctedTime, eventOf, HUB_EVENTS_FROM } from './prepare.ts';

/** Changes told one by one; positions are told of all of them. */
const MAX_TOLD = 50;

/**
 * Adds an event for the slots of a container in which another miner stands now, and one for those that run another
 * firmware: one each, however many they are, since a firmware is rolled out over a whole container. A miner that is
 * another one brings its own firmware, which is no news.
 *
 * Data: `positions` (all), `changes` (of the first 50: position, what was and what is known, by field).
 */
export function tellChanges(draft: Draft, changes: readonly SlotChange[]): void {
  const softwareOnly = ({ is }: SlotChange): boolean => Object.keys(is).join() === 'firmware';
  add(
    draft,
    HARDWARE_CHANGED,
    changes.filter((change) => !softwareOnly(change)),
    'another miner than before',
  );
  add(draft, FIRMWARE_CHANGED, changes.filter(softwareOnly), 'another firmware than before');
}

function add(draft: Draft, code: string, changes: readonly SlotChange[], what: string): void {
  const container = draft.inventory?.container?.container;
  if (container === undefined || changes.length === 0) return;
  const { batch, events } = draft;
  const where = changes.length === 1 ? `position ${changes[0]?.position}` : `${changes.length} positions`;
  events.push({
    ...eventOf(batch, HUB_EVENTS_FROM + events.length, code, 'info'),
    at: correctedTime(batch.envelope.wall, batch.envelope, batch.receivedAt).at,
    subject: container,
    message: `${where} of ${container}: ${what}`,
    data: { positions: changes.map(({ position }) => position), changes: changes.slice(0, MAX_TOLD) },
  });
}
