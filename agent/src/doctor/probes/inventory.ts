import type { MinerState } from '../../poller/container-poll.ts';
import type { InventoryFacts } from '../view.ts';

/** Placeholders that many firmwares give in place of a number of their own. */
const NO_IDENTITY = /^(0+|f+|[0:-]+|[f:-]+|unknown|n\/?a|none|default|123456789\d*)$/i;

/** What the miners' identities say together. `general`: the definition that takes what no other recognises. */
export function inventoryFacts(containers: readonly (readonly MinerState[])[], general: string): InventoryFacts {
  const all = containers.flat();
  const unknown = Map.groupBy(
    all.filter(({ definition }) => definition === general),
    ({ model }) => model ?? 'no type told',
  );
  return {
    // A whole container that is dark is another check's matter.
    missing: containers.flatMap((miners) =>
      miners.some(({ definition }) => definition !== null)
        ? miners.filter(({ definition }) => definition === null).map(({ id }) => id)
        : [],
    ),
    duplicates: [...shared(all, 'serial'), ...shared(all, 'mac')],
    unknown: [...unknown]
      .map(([type, miners]) => ({ type, count: miners.length }))
      .toSorted((a, b) => b.count - a.count),
  };
}

function shared(miners: readonly MinerState[], field: 'serial' | 'mac'): InventoryFacts['duplicates'][number][] {
  const places = new Map<string, string[]>();
  for (const miner of miners) {
    const identity = miner[field];
    // One that is silent now may have been moved: only who answers counts.
    if (identity === null || miner.status === 'offline' || NO_IDENTITY.test(identity)) continue;
    const key = identity.toUpperCase();
    places.set(key, [...(places.get(key) ?? []), miner.id]);
  }
  return [...places].flatMap(([identity, ids]) =>
    ids.length > 1 ? [{ identity: `${field} ${identity}`, places: ids }] : [],
  );
}
