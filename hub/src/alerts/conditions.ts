import type { Target } from './target.ts';

/**
 * What the rules find at one subject as of its newest reading. It is stored beside the subject's latest state
 * (`containers.conditions`, `meters.conditions`, `standing_conditions`) and is all that has to be remembered between two
 * readings: when a condition began, and that it began (one between its two thresholds holds only if it held before).
 *
 * What is in neither list and not unknown does not hold. What is unknown and held stays, with when it was last seen; it
 * keeps an open alert open and opens none.
 */
export interface Conditions {
  /** When the reading was taken, ms since 1970. */
  readonly at: number;
  /** Of the subject itself, by rule. */
  readonly own: Readonly<Record<string, Held>>;
  /** Of a container's miners, by rule; absent where there are none. */
  readonly miners?: Readonly<Record<string, readonly HeldMiner[]>>;
  /** Rules that the reading says nothing about. */
  readonly unknown: readonly string[];
  /** Positions that gave no answer: of them only `miner_offline` is known. Absent where there are none. */
  readonly silent?: readonly number[];
}

/** A condition that holds. */
export interface Held {
  /** The first of the readings in which it held without a break, ms since 1970. */
  readonly since: number;
  /** What was measured; null where the rule has no number. */
  readonly value: number | null;
  /** The last reading that said so, ms since 1970; absent where that is the newest. */
  readonly seen?: number;
}

/** One that holds at a miner: position, since, value, and seen as above. */
export type HeldMiner = readonly [position: number, since: number, value: number | null, seen?: number];

/**
 * For so long what a reading said is taken to go on while the next ones are silent about it, ms: counters and pools travel
 * with every fifth poll. After that it is unknown.
 */
export const SAID_FOR_MS = 15 * 60_000;

/** Conditions that no reading brings: those of one target as a source that works by the clock found them. */
export interface StandingConditions extends Conditions {
  readonly target: Target;
}

/**
 * What one reading alone says, before it is joined to what held before: beyond the raising threshold, or between the two,
 * where what held before goes on.
 */
export interface Findings {
  readonly at: number;
  readonly own: Readonly<Record<string, Finding>>;
  readonly miners: Readonly<Record<string, readonly MinerFinding[]>>;
  readonly unknown: readonly string[];
  readonly silent: readonly number[];
}

/** `raise`: it holds. `keep`: it goes on if it held. */
export type Zone = 'raise' | 'keep';
export interface Finding {
  readonly zone: Zone;
  readonly value: number | null;
}
export type MinerFinding = readonly [position: number, zone: Zone, value: number | null];
