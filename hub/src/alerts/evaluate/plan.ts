import type { Severity } from '../../db/schema.ts';
import type { AlertRule } from '../rule.ts';
import type { Target } from '../target.ts';
import type { AlertData } from './picture.ts';

/** What an evaluation found to do. */
export interface Plan {
  /** Causes come before what they explain. */
  readonly opens: readonly NewAlert[];
  readonly changes: readonly AlertChange[];
  /** The next moment at which something may be due without a new reading; null where nothing is. */
  readonly nextAt: number | null;
}

/** An alert by its id, or one that the same plan opens by its place in `opens`. */
export type AlertReference = { readonly id: number } | { readonly opening: number };

export interface NewAlert {
  readonly rule: AlertRule;
  readonly target: Target;
  /** What people call it; null where that is its id. */
  readonly targetName: string | null;
  /** When the condition began, and the reading that let its hold time run out. */
  readonly firstSeenAt: number;
  readonly seenAt: number;
  readonly value: number | null;
  readonly message: string;
  readonly cause: AlertReference | null;
  readonly previousId: number | null;
  readonly flapping: boolean;
  readonly minersAffected: number | null;
  readonly hashrateLostThs: number | null;
  readonly hashrateShare: number | null;
  readonly data: AlertData;
}

/** An open alert as it is from now on. */
export interface AlertChange {
  readonly id: number;
  readonly severity: Severity;
  readonly message: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly lastSeenAt: number;
  readonly occurrences: number;
  readonly cause: AlertReference | null;
  readonly conditionHolds: boolean;
  readonly recoveringSince: number | null;
  readonly flapping: boolean;
  readonly minersAffected: number | null;
  readonly hashrateLostThs: number | null;
  readonly hashrateShare: number | null;
  readonly data: AlertData;
  /** True where it is resolved with this change. */
  readonly resolved: boolean;
  /** What stands in its timeline for it, in this order. */
  readonly events: readonly AlertEventKind[];
}

export const ALERT_EVENT_KINDS = [
  'opened',
  'explained',
  'on_its_own',
  'recovering',
  'returned',
  'flapping',
  'steady',
  'severity',
  'resolved',
] as const;
export type AlertEventKind = (typeof ALERT_EVENT_KINDS)[number];
