import { minerIdOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { SlotChange } from '../db/queries/inventory.ts';
import {
  creditElsewhere,
  displacedBy,
  type Holder,
  holdersOf,
  type Machine,
  vacate,
} from '../db/queries/miner-whereabouts.ts';

/** Where the machine in a slot came from. `duplicate`: it still answers there, for another agent. */
export interface Arrival {
  readonly how: 'moved' | 'swapped' | 'duplicate';
  /** The miner's id of the other slot. */
  readonly from: string;
}

/** A change of a slot, and where what stands there now came from; null where nobody knew it. */
export interface Whereabout {
  readonly change: SlotChange;
  readonly arrival: Arrival | null;
}

/**
 * Finds out where the machines came from that stand in other slots than was known, in the whole project: its agents see
 * each their own containers. Slots that a machine left are emptied.
 *
 * What an agent tells of its own slots is believed: it credits a machine to a second slot only when it knows that the
 * first one does not hold it any more. Where another agent's slot holds it and answers, it stays credited there.
 */
export async function traceMachines(
  client: ClientBase,
  by: { projectId: string; agentId: string; container: string; now: Date },
  changes: readonly SlotChange[],
): Promise<Whereabout[]> {
  const arrived = changes.filter(({ isNewMachine }) => isNewMachine);
  if (arrived.length === 0) return changes.map((change) => ({ change, arrival: null }));
  const { projectId, agentId, container, now } = by;
  const idOf = ({ position }: SlotChange): string => minerIdOf(container, position);
  const machines = arrived.map(({ now: machine }) => machine);
  const holders = await holdersOf(client, projectId, machines, arrived.map(idOf), now);
  const displaced = await displacedBy(client, projectId, machines, now);
  const found = changes.map((change): Whereabout => {
    if (!change.isNewMachine) return { change, arrival: null };
    // Another slot of the same inventory that held it until now.
    const left = arrived.find((other) => other !== change && isSame(other.before, change.now));
    if (left !== undefined) {
      const how = isSame(change.before, left.now) ? 'swapped' : 'moved';
      return { change, arrival: { how, from: idOf(left) } };
    }
    const holder = holders.find((each) => isSame(each, change.now));
    if (holder !== undefined) return { change, arrival: arrivalFrom(holder, agentId) };
    const before = displaced.find((each) => isSame(each, change.now) && each.minerId !== idOf(change));
    if (before === undefined) return { change, arrival: null };
    const how = before.newcomerFrom === idOf(change) ? 'swapped' : 'moved';
    return { change, arrival: { how, from: before.minerId } };
  });
  const emptied = holders.filter(({ minerId }) =>
    found.some(({ arrival }) => arrival?.how === 'moved' && arrival.from === minerId),
  );
  if (emptied.length > 0) await vacate(client, projectId, emptied.map(({ minerId }) => minerId).sort());
  const claims = found.flatMap(({ change, arrival }) =>
    arrival?.how === 'duplicate' ? [{ minerId: idOf(change), at: arrival.from }] : [],
  );
  if (claims.length > 0) await creditElsewhere(client, projectId, claims);
  return found;
}

function arrivalFrom({ minerId, agentId: reader, isAlive }: Holder, agentId: string): Arrival {
  return { how: reader !== agentId && isAlive ? 'duplicate' : 'moved', from: minerId };
}

/** They agree in serial or MAC and contradict each other in neither. */
function isSame(a: Machine, b: Machine): boolean {
  const agree = (a.serial !== null && a.serial === b.serial) || (a.mac !== null && a.mac === b.mac);
  return agree && !differ(a.serial, b.serial) && !differ(a.mac, b.mac);
}

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
