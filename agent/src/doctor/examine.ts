import { type Check, type CodeWords, type Examination, type Finding, GROUPS, type Verdict } from './check.ts';
import { type Text, text } from './text.ts';
import type { View } from './view.ts';

/**
 * Runs checks over a view. What a check depends on comes before it; where that failed the check is skipped, for it
 * would only repeat it. A check whose parts are all well is one line.
 */
export function examine(checks: readonly Check[], view: View): Examination {
  const findings: Finding[] = [];
  const failed = new Set<string>();
  for (const check of inOrder(checks)) {
    for (const finding of findingsOf(check, view, failed)) {
      if (finding.outcome === 'error' || finding.parent !== null) failed.add(finding.check);
      findings.push(finding);
    }
  }
  const order = (finding: Finding): number => GROUPS.indexOf(finding.group);
  return { at: view.now, findings: findings.toSorted((a, b) => order(a) - order(b)) };
}

/** Parents first. Throws for a circle or an unknown name: a mistake of the program. */
function inOrder(checks: readonly Check[]): Check[] {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const done = new Set<Check>();
  const visit = (check: Check, path: readonly Check[]): void => {
    if (path.includes(check)) throw new Error(`checks depend on each other in a circle: ${check.id}`);
    for (const id of check.dependsOn) {
      const parent = byId.get(id);
      if (!parent) throw new Error(`${check.id} depends on ${id}, which is no check`);
      if (!done.has(parent)) visit(parent, [...path, check]);
    }
    done.add(check);
  };
  for (const check of checks) if (!done.has(check)) visit(check, []);
  return [...done];
}

function findingsOf(check: Check, view: View, failed: ReadonlySet<string>): Finding[] {
  const parent = check.dependsOn.find((id) => failed.has(id));
  if (parent) return [skipped(check, check.id, parent)];
  if (!check.parts) return [findingOf(check, check.id, check.run(view, ''))];
  const bad: Finding[] = [];
  let good = 0;
  for (const part of check.parts(view)) {
    const id = `${check.id}.${part}`;
    const before = check.dependsOn.find((name) => failed.has(`${name}.${part}`));
    const finding = before ? skipped(check, id, `${before}.${part}`) : findingOf(check, id, check.run(view, part));
    if (finding.outcome === 'ok') good++;
    else bad.push(finding);
  }
  const what = check.wellParts?.(good, bad.length === 0);
  return good > 0 && what ? [findingOf(check, check.id, { code: null, what }), ...bad] : bad;
}

function findingOf(check: Check, id: string, verdict: Verdict | null): Finding {
  const { group, title, connectivity } = check;
  const head = { check: id, group, title, connectivity, parent: null };
  if (verdict === null) return { ...head, outcome: 'skipped', code: null, what: CANNOT_TELL, cause: null, next: null };
  const { code, what } = verdict;
  if (code === null) return { ...head, outcome: 'ok', code, what, cause: null, next: null };
  const words = check.codes[code] as CodeWords; // a test holds checks to the codes that they declare
  const outcome = code.startsWith('E') ? 'error' : 'warning';
  const { cause = words.cause, next = words.next } = verdict;
  return { ...head, outcome, code, what, cause, next };
}

function skipped({ group, title, connectivity }: Check, id: string, parent: string): Finding {
  const what: Text = text(`depends on ${parent}`, `dépend de ${parent}`);
  return {
    check: id,
    group,
    title,
    connectivity,
    parent,
    outcome: 'skipped',
    code: null,
    what,
    cause: null,
    next: null,
  };
}

const CANNOT_TELL = text('cannot be told now', 'ne peut être établi maintenant');

/** How many of each outcome. */
export function tally(findings: readonly Finding[]): Record<Finding['outcome'], number> {
  const counts = { ok: 0, warning: 0, error: 0, skipped: 0 };
  for (const { outcome } of findings) counts[outcome]++;
  return counts;
}
