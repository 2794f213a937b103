import { type DoctorCheck, type DoctorReport, safeText } from '@hearst/protocol';
import type { Examination, Finding } from './check.ts';
import { tally } from './examine.ts';
import type { Text } from './text.ts';

/** What travels at most: a site whose network is down must not make a message that the broker refuses. */
const MAX_CHECKS = 50;
const MAX_BYTES = 32 * 1024;
const WORST_FIRST = { error: 0, warning: 1, skipped: 2, ok: 3 } as const;

/** What the hub hears: the checks that are not well, worst first, and how many are. */
export function reportOf({ at, findings }: Examination): DoctorReport {
  const bad = findings
    .filter(({ outcome }) => outcome !== 'ok')
    .toSorted((a, b) => WORST_FIRST[a.outcome] - WORST_FIRST[b.outcome])
    .slice(0, MAX_CHECKS)
    .map(checkOf);
  while (bad.length > 0 && Buffer.byteLength(JSON.stringify(bad)) > MAX_BYTES) bad.pop();
  return { at: Math.round(at), ok: tally(findings).ok, checks: bad };
}

/** One line as programs read it: English, safe to show, short enough to travel. */
export function checkOf({ check, outcome, code, what, cause, next }: Finding): DoctorCheck {
  return {
    check: check.slice(0, 64),
    outcome,
    code,
    what: safeText(what.en, 200) ?? '',
    cause: shortened(cause),
    next: shortened(next),
  };
}

const shortened = (words: Text | null): string | null => words && safeText(words.en, 300);
