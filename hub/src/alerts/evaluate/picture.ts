import type { AlertStatus, Severity } from '../../db/schema.ts';
import type { Conditions } from '../conditions.ts';
import type { RuleBook } from '../rule.ts';
import type { Target } from '../target.ts';
import type { Topology } from '../topology.ts';

/** All that an evaluation of one project looks at. Times are ms since 1970. */
export interface Picture {
  readonly projectId: string;
  readonly book: RuleBook;
  readonly topology: Topology;
  readonly containers: readonly ContainerPicture[];
  /** Conditions of everything else: transformers by their meters, and what is judged by the clock. */
  readonly subjects: readonly Subject[];
  readonly open: readonly OpenAlert[];
  /** Resolved within `RECENT_MS`. */
  readonly resolved: readonly ResolvedAlert[];
  /** What agents are called, by their ids. */
  readonly agentNames: ReadonlyMap<string, string>;
  /** What the project is planned for, TH/s a miner and in all; null where nobody said. */
  readonly planned: { readonly perMinerThs: number | null; readonly totalThs: number | null };
}

/** How long what was resolved is looked back at: longer than any hold time. */
export const RECENT_MS = 2 * 3_600_000;

export interface Subject {
  readonly target: Target;
  readonly conditions: Conditions;
  /** False where the reading is too old to say what is now. */
  readonly fresh: boolean;
}

export interface ContainerPicture {
  readonly containerId: string;
  /** Null where it was never judged. */
  readonly conditions: Conditions | null;
  /** When its newest frame was taken; null where it never reported. */
  readonly stateAt: number | null;
  readonly intervalS: number;
  readonly minersExpected: number;
  /** What the miners that answer are expected to do, and how many they are. */
  readonly expectedThs: number | null;
  readonly minersAnswering: number | null;
}

/** An alert that is not resolved. */
export interface OpenAlert {
  readonly id: number;
  readonly ruleId: string;
  readonly target: Target;
  readonly severity: Severity;
  readonly status: Exclude<AlertStatus, 'resolved'>;
  readonly message: string;
  readonly value: number | null;
  readonly lastSeenAt: number;
  readonly occurrences: number;
  readonly parentId: number | null;
  readonly conditionHolds: boolean;
  readonly recoveringSince: number | null;
  readonly silencedUntil: number | null;
  /** When it is everybody's again; null: never, or nobody has it. */
  readonly acknowledgedUntil: number | null;
  readonly flapping: boolean;
  readonly minersAffected: number | null;
  readonly hashrateLostThs: number | null;
  readonly hashrateShare: number | null;
  readonly data: AlertData;
}

/** What the evaluator remembers with an alert. */
export interface AlertData {
  /** When its condition came or went lately. */
  readonly changes?: readonly number[];
  /** Positions it explains, by container and rule. */
  readonly miners?: Explained;
}

/** Positions by rule by container. */
export type Explained = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

export interface ResolvedAlert {
  readonly id: number;
  readonly ruleId: string;
  readonly target: Target;
  /** When its condition ended. */
  readonly endedAt: number;
  readonly changes: readonly number[];
}
