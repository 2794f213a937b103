import { type Layout, positionAt, slotOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import {
  containersOf,
  type FoundMiner,
  type FoundNamed,
  minersIn,
  type Slot,
  searchMiners,
  searchNamed,
} from '../db/queries/search.ts';
import { layoutOf } from '../layout.ts';
import { minerTerms, type SlotTerm, slotTerm, tidy } from './terms.ts';

/** What a search answers with: an object, and which of its fields the text was found in. */
export interface Hit {
  readonly type: 'project' | 'container' | 'transformer' | 'miner';
  readonly project_id: string;
  readonly id: string;
  /** For people: its name, or where the miner is and what was found. */
  readonly label: string;
  readonly matched: 'id' | 'name' | 'serial' | 'mac' | 'ip' | 'position';
}

const TYPES: readonly Hit['type'][] = ['project', 'container', 'transformer', 'miner'];
/** How many containers are looked at for a slot whose container was not written. */
const MAX_CONTAINERS = 200;
/** As far as the ids of miners count. */
const MAX_POSITION = 99_999;

/**
 * Whatever the asker may see that answers the text, the best first: what it is exactly, what begins with it, what ends
 * with it (as one reads a serial off a label in the dark), names that hold it.
 */
export async function search(client: ClientBase, q: string, limit: number): Promise<Hit[]> {
  const text = tidy(q);
  const slot = slotTerm(text);
  const ranked = [
    ...(await searchNamed(client, text, limit)).map((row) => ({ hit: namedHit(row), rank: row.rank })),
    ...(await searchMiners(client, minerTerms(text), limit)).map(minerRanked),
    ...(slot === null ? [] : await minersAt(client, slot, limit)).map(minerRanked),
  ].sort((a, b) => a.rank - b.rank || inOrder(a.hit, b.hit));
  const best = new Map<string, Hit>();
  for (const { hit } of ranked) {
    const key = `${hit.type} ${hit.project_id} ${hit.id}`;
    if (!best.has(key)) best.set(key, hit);
  }
  return [...best.values()].slice(0, limit);
}

function inOrder(a: Hit, b: Hit): number {
  return TYPES.indexOf(a.type) - TYPES.indexOf(b.type) || compare(a.project_id, b.project_id) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

async function minersAt(client: ClientBase, term: SlotTerm, limit: number): Promise<FoundMiner[]> {
  const containers = await containersOf(client, term, MAX_CONTAINERS);
  const slots = containers.flatMap(({ project_id, container_id, layout }): Slot[] => {
    const position = positionOf(term, layoutOf(layout));
    return position === null ? [] : [{ projectId: project_id, containerId: container_id, position }];
  });
  return minersIn(client, slots.slice(0, limit));
}

function positionOf({ at }: SlotTerm, layout: Layout | null): number | null {
  if ('position' in at) return at.position;
  const position = layout && positionAt(at, layout);
  return position !== null && position <= MAX_POSITION ? position : null;
}

function namedHit({ type, project_id, id, name, matched }: FoundNamed): Hit {
  return { type, project_id, id, label: name || id, matched };
}

function minerRanked(row: FoundMiner): { hit: Hit; rank: number } {
  const { project_id, miner_id, container_id, position, matched } = row;
  const layout = layoutOf(row.layout);
  const slot = layout && slotOf(position, layout);
  const place = slot === null ? miner_id : `${container_id}-${slot}`;
  const found = matched === 'serial' || matched === 'mac' || matched === 'ip' ? ` ${row[matched]}` : '';
  return { hit: { type: 'miner', project_id, id: miner_id, label: place + found, matched }, rank: row.rank };
}
