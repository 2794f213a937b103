import type { AlertTarget, Severity } from '../db/schema.ts';
import type { Bilingual } from '../http/language/bilingual.ts';

/**
 * A rule as it holds in one project: the default of the catalogue with what the company or the project has changed.
 *
 * condition (`reading` beyond `raise`) held for `holdS` -> alert; back beyond `clear` for `keepS` -> resolved.
 */
export interface AlertRule extends RuleSettings {
  /** Lower case words joined by `_`; stands in addresses and in the database for ever. */
  readonly id: string;
  /** What the alert is called in `alert_type`; several rules may share one (warning and critical of the same thing). */
  readonly alertType: string;
  readonly target: AlertTarget;
  /** What is compared, by its name in the readings of the target (see `readings`), or of a source judged by the clock. */
  readonly reading: string;
  /** `above`, `below`: compared with `raise` and `clear`. `is`: the reading is true or false, without thresholds. */
  readonly when: 'above' | 'below' | 'is';
  readonly unit: string | null;
  /** Rules whose alerts on the same target or on what stands below it this one explains: they stay silent beside it. */
  readonly explains: readonly string[];
  readonly name: Bilingual;
  /** Absent: a reading brings it (a frame of a container or a meter), and by the clock only what frames leave open. */
  readonly byClock?: true;
  /**
   * What the message says after the target's id: `{value}`, `{threshold}`, `{unit}` and names of single options are
   * filled in, and what stands in square brackets is left out where something in it is unknown (see `wording.ts`).
   */
  readonly says: Bilingual;
  /** What to do, in a few sentences, for whoever stands before it. */
  readonly runbook: Bilingual;
}

/** What may be changed, for all projects or for one. */
export interface RuleSettings {
  readonly enabled: boolean;
  readonly severity: Severity;
  /** Null where the rule has no threshold. */
  readonly raise: number | null;
  /** Equal to `raise` where there is no hysteresis. */
  readonly clear: number | null;
  /** How long the condition holds before it is an alert, seconds. */
  readonly holdS: number;
  /** How long it has to be clear before the alert is resolved, seconds. */
  readonly keepS: number;
  /** What else a rule needs (allowed pools, say): single values or lists of texts. */
  readonly options: Readonly<Record<string, RuleOption>>;
}

export type RuleOption = string | number | boolean | readonly string[];

/** The rules of one project by their ids. */
export type RuleBook = ReadonlyMap<string, AlertRule>;
