import type { Text } from './text.ts';
import type { View } from './view.ts';

/** The areas of the doctor's list, in its order. */
export const GROUPS = ['system', 'service', 'config', 'network', 'hub', 'collection', 'buffer', 'inventory'] as const;
export type Group = (typeof GROUPS)[number];

/** What a code stands for: its page in docs/problems.md, and the words used where a check has none more exact. */
export interface CodeWords {
  readonly title: Text;
  readonly cause: Text | null;
  readonly next: Text;
}

/** What a check found. `null` in place of a verdict: it cannot be told here. */
export type Verdict =
  | { readonly code: null; readonly what: Text }
  | { readonly code: string; readonly what: Text; readonly cause?: Text | null; readonly next?: Text };

export const well = (what: Text): Verdict => ({ code: null, what });

/**
 * One check. It looks at nothing but the view, so it can be run on any: what costs time or needs the network was
 * gathered before. Codes say how bad it is: E is an error, W a warning.
 */
export interface Check {
  /** Dotted, as it is shown: `clock`, `hub.reach`. With parts: `net` becomes `net.QATAR-C12`. */
  readonly id: string;
  readonly group: Group;
  readonly title: Text;
  /** Whether it says that something cannot be reached. */
  readonly connectivity: boolean;
  /** Checks (or the same part of checks) whose failure makes this one say nothing new. */
  readonly dependsOn: readonly string[];
  /** How long it must fail before a running agent shows it, s. */
  readonly holdS: number;
  readonly codes: Readonly<Record<string, CodeWords>>;
  /** What it is run for one by one; absent: once for all. */
  readonly parts?: (view: View) => readonly string[];
  /** For a check with parts: what to say of those that are well. */
  readonly wellParts?: (count: number, all: boolean) => Text;
  readonly run: (view: View, part: string) => Verdict | null;
  /** Mends what it found, where that is safe to do unasked; resolves to what was done. */
  readonly fix?: (view: View) => Text | null;
}

/** One line of the list. */
export interface Finding {
  readonly check: string;
  readonly group: Group;
  readonly title: Text;
  readonly outcome: 'ok' | 'warning' | 'error' | 'skipped';
  readonly connectivity: boolean;
  /** Of a skipped one: the check whose failure explains it; null where it cannot be told. */
  readonly parent: string | null;
  readonly code: string | null;
  readonly what: Text;
  readonly cause: Text | null;
  readonly next: Text | null;
}

/** What the doctor said at a moment. */
export interface Examination {
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly findings: readonly Finding[];
}
