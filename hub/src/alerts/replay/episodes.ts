import type { AlertRule } from '../rule.ts';

/** A time in which a rule would have had an alert of a target. Times are ms since 1970. */
export interface Episode {
  readonly target: string;
  /** When its hold time had run out. */
  readonly from: number;
  /** When it would have been resolved; null: not within the frames. */
  readonly to: number | null;
  /** The worst that was measured; null where the rule has no number. */
  readonly peak: number | null;
}

/** Conditions of one target that follow each other within the keep time. */
interface Run {
  firedAt: number | null;
  clearedAt: number | null;
  peak: number | null;
}

/** Tells from conditions, reading by reading, which alerts they would have been. */
export class Episodes {
  readonly #rule: AlertRule;
  readonly #runs = new Map<string, Run>();
  readonly #over: Episode[] = [];

  constructor(rule: AlertRule) {
    this.#rule = rule;
  }

  /** The condition holds at a target, without a break since then. */
  holds(target: string, at: number, since: number, value: number | null): void {
    const run = this.#runOf(target, since);
    run.clearedAt = null;
    run.peak = this.#worse(run.peak, value);
    if (run.firedAt === null && at - since >= this.#rule.holdS * 1000) run.firedAt = at;
  }

  /** The condition does not hold at a target. */
  clear(target: string, at: number): void {
    const run = this.#runs.get(target);
    if (run !== undefined) run.clearedAt ??= at;
  }

  /** Targets of which something is known that could go on. */
  begun(): Iterable<string> {
    return this.#runs.keys();
  }

  /** All of them, by their beginning. */
  ended(): Episode[] {
    for (const [target, run] of this.#runs) this.#close(target, run);
    this.#runs.clear();
    return this.#over.toSorted((a, b) => a.from - b.from || (a.target < b.target ? -1 : 1));
  }

  #runOf(target: string, since: number): Run {
    const before = this.#runs.get(target);
    const goesOn = before && (before.clearedAt === null || since < before.clearedAt + this.#rule.keepS * 1000);
    if (goesOn) return before;
    if (before) this.#close(target, before);
    const run: Run = { firedAt: null, clearedAt: null, peak: null };
    this.#runs.set(target, run);
    return run;
  }

  #close(target: string, { firedAt, clearedAt, peak }: Run): void {
    if (firedAt === null) return;
    const to = clearedAt === null ? null : clearedAt + this.#rule.keepS * 1000;
    this.#over.push({ target, from: firedAt, to, peak });
  }

  #worse(a: number | null, b: number | null): number | null {
    if (a === null || b === null) return a ?? b;
    return this.#rule.when === 'below' ? Math.min(a, b) : Math.max(a, b);
  }
}
