import type { ClientBase } from 'pg';
import type { Findings } from '../conditions.ts';
import type { Reading } from '../judge/zone.ts';
import type { RuleBook } from '../rule.ts';
import type { Target } from '../target.ts';

/** Something that no reading of a container or meter brings, looked at every so often. */
export interface Source {
  /** Of its row in `standing_conditions`. */
  readonly name: string;
  /** Whether it looks at projects, at the company (HEARST-000), or at both. */
  readonly of: 'projects' | 'company' | 'all';
  readonly everyS: number;
  /** What holds now, by target; a target that is not named is clear. Throws where it cannot tell: all stays as it was. */
  judge(client: ClientBase, projectId: string, rules: RuleBook, now: Date): Promise<Judged[]>;
}

export interface Judged {
  readonly target: Target;
  readonly findings: Findings;
}

/** What is known of one target, by the rule that it concerns. */
export interface Known {
  readonly target: Target;
  readonly readings: Readonly<Record<string, Reading | Verdict>>;
}

/** What a source decides by itself, with the number that it stands on. */
export interface Verdict {
  readonly holds: boolean;
  readonly value: number | null;
}
