import {
  type Conditions,
  type Finding,
  type Findings,
  type Held,
  type HeldMiner,
  type MinerFinding,
  SAID_FOR_MS,
} from './conditions.ts';
import { OFFLINE_RULE } from './judge/miners.ts';
import type { RuleBook } from './rule.ts';

/**
 * Joins what one reading says to what held before.
 *
 * - `raise` begins a condition, or goes on with it: `since` is the time of the first reading of an unbroken run.
 * - `keep` goes on with one that held, and begins none.
 * - Clear ends it.
 * - What is unknown stays as it was: a rule that the reading says nothing of, and of a miner that is silent every rule
 *   but the one about its silence.
 *
 * Readings come in the order of their times.
 *
 * @param previous null: never judged before
 */
export function latch(previous: Conditions | null, findings: Findings): Conditions {
  const { at, unknown, silent } = findings;
  const own = latchOwn(previous, findings);
  const miners = latchMiners(previous, findings);
  return {
    at,
    own,
    ...(Object.keys(miners).length > 0 && { miners }),
    unknown,
    ...(silent.length > 0 && { silent: [...silent].sort((a, b) => a - b) }),
  };
}

function latchOwn(previous: Conditions | null, { at, own, unknown }: Findings): Conditions['own'] {
  const before = previous?.own ?? {};
  const held: Record<string, Held> = {};
  for (const id of unknown) if (before[id]) held[id] = { seen: previous?.at ?? at, ...before[id] };
  for (const [id, { zone, value }] of Object.entries(own)) {
    const earlier = before[id];
    if (zone === 'raise' || earlier) held[id] = heldOn(earlier, at, value);
  }
  return held;
}

function heldOn(earlier: Held | undefined, at: number, value: Finding['value']): Held {
  return { since: earlier?.since ?? at, value: value ?? earlier?.value ?? null };
}

function latchMiners(previous: Conditions | null, findings: Findings): Record<string, HeldMiner[]> {
  const { at, miners, unknown, silent } = findings;
  const before = previous?.miners ?? {};
  const asSeen = ([position, since, value, seen = previous?.at ?? at]: HeldMiner): HeldMiner => [
    ...([position, since, value] as const),
    seen,
  ];
  const held: Record<string, HeldMiner[]> = {};
  for (const id of unknown) if (before[id]) held[id] = before[id].map(asSeen);
  const mute = new Set(silent);
  for (const id of new Set([...Object.keys(miners), ...Object.keys(before)])) {
    if (unknown.includes(id)) continue;
    const earlier = before[id] ?? [];
    const muted =
      id === OFFLINE_RULE || mute.size === 0 ? [] : earlier.filter(([position]) => mute.has(position)).map(asSeen);
    const all = [...muted, ...heldMiners(earlier, miners[id] ?? [], at)];
    if (all.length > 0) held[id] = all.sort(([a], [b]) => a - b);
  }
  return held;
}

function heldMiners(before: readonly HeldMiner[], found: readonly MinerFinding[], at: number): HeldMiner[] {
  if (found.length === 0) return [];
  const earlier = new Map(before.map((miner) => [miner[0], miner]));
  const held: HeldMiner[] = [];
  for (const [position, zone, value] of found) {
    const [, since, known] = earlier.get(position) ?? [position, null, null];
    if (zone === 'raise' || since !== null) held.push([position, since ?? at, value ?? known]);
  }
  return held;
}

/**
 * Conditions of a subject that have held for as long as their rules ask, as far as was seen: the rule's id, with the
 * position where it is true of a miner.
 */
export function ripeKeys(conditions: Conditions | null, book: RuleBook): Set<string> {
  const ripe = new Set<string>();
  if (conditions === null) return ripe;
  const { at, own, miners = {} } = conditions;
  const isRipe = (id: string, since: number, seen = at): boolean => {
    const rule = book.get(id);
    return rule?.enabled === true && at - seen <= SAID_FOR_MS && seen - since >= rule.holdS * 1000;
  };
  for (const [id, { since, seen }] of Object.entries(own)) if (isRipe(id, since, seen)) ripe.add(id);
  for (const [id, held] of Object.entries(miners))
    for (const [position, since, , seen] of held) if (isRipe(id, since, seen)) ripe.add(`${id} ${position}`);
  return ripe;
}
