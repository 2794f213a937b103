import { type AgentEvent, type Frame, type InventoryBody, readingsIn } from '@hearst/protocol';
import type { Container, Site } from '../config/site.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import type { Slot } from './slot.ts';

export function framesBatch(frames: Frame[], at: number): NewBatch {
  return { kind: 'frames', body: { frames }, readings: frames.reduce((sum, frame) => sum + readingsIn(frame), 0), at };
}

/** The most events in one batch. */
const MAX_EVENTS = 500;

/** Events as batches; none for none. */
export function eventBatches(project: string, events: readonly AgentEvent[], at: number): NewBatch[] {
  const batches: NewBatch[] = [];
  for (let i = 0; i < events.length; i += MAX_EVENTS) {
    batches.push({ kind: 'events', body: { project, events: events.slice(i, i + MAX_EVENTS) }, readings: 0, at });
  }
  return batches;
}

/** What the site file says of transformers and meters. */
export function siteInventory(site: Site, at: number): NewBatch {
  return inventory(
    {
      project: site.project,
      container: null,
      miners: [],
      transformers: site.transformers.map(({ id, ratedKva }) => ({ transformer: id, rated_kva: ratedKva })),
      meters: site.meters.map(({ id, transformer, profile, address, unit }) => ({
        meter: id,
        transformer,
        profile,
        address: `${address.host}:${address.port}/${unit}`,
      })),
    },
    at,
  );
}

/** What is known of a container and of some of its slots: all of them at the start, later those with news. */
export function containerInventory(
  project: string,
  container: Container,
  slots: readonly Slot[],
  at: number,
): NewBatch {
  return inventory(
    {
      project,
      container: {
        container: container.id,
        transformer: container.transformer,
        model: container.model,
        layout: container.layout,
        expected_miners: container.addresses.length,
        has_cooling: container.cooling !== null,
      },
      miners: slots.map(({ position, address, identity }) => ({ position, ip: address.host, ...identity })),
      transformers: [],
      meters: [],
    },
    at,
  );
}

function inventory(body: InventoryBody, at: number): NewBatch {
  return { kind: 'inventory', body, readings: 0, at };
}
