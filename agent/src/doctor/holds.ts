import type { Check, Examination, Finding } from './check.ts';
import { text } from './text.ts';

/**
 * Keeps what comes and goes off the list: a check is shown as failed once it has failed for its hold time without a
 * break. Until then it counts as well, and says that it is being watched.
 */
export class Holds {
  readonly #holdMs: ReadonlyMap<string, number>;
  /** Since when what fails now has failed, mono ms, by check and code. */
  #since = new Map<string, number>();

  constructor(checks: readonly Check[]) {
    this.#holdMs = new Map(checks.map(({ id, holdS }) => [id, holdS * 1000]));
  }

  /** `mono`: the monotonic clock, ms. */
  apply({ at, findings }: Examination, mono: number): Examination {
    const since = new Map<string, number>();
    const shown = findings.map((finding): Finding => {
      if (finding.code === null) return finding;
      const key = `${finding.check} ${finding.code}`;
      const from = this.#since.get(key) ?? mono;
      since.set(key, from);
      return mono - from >= this.#holdOf(finding.check) ? finding : watched(finding);
    });
    this.#since = since;
    // What is only skipped because of one that is being watched is no news either.
    const bad = new Set(shown.flatMap(({ check, outcome }) => (outcome === 'ok' ? [] : [check])));
    const news = shown.filter(({ parent }) => parent === null || bad.has(parent));
    return { at, findings: news };
  }

  /** Of `net.QATAR-C12` the hold of `net`; of `hub.reach` its own. */
  #holdOf(id: string): number {
    return this.#holdMs.get(id) ?? this.#holdMs.get(id.slice(0, id.lastIndexOf('.'))) ?? 0;
  }
}

function watched(finding: Finding): Finding {
  const { en, fr } = finding.what;
  const what = text(`${en} (just now, being watched)`, `${fr} (à l'instant, sous surveillance)`);
  return { ...finding, outcome: 'ok', code: null, what, cause: null, next: null };
}
