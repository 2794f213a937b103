/** One thing the hub needs to do its work. `run` rejects, in words for an operator, when it is not there. */
export interface ReadinessCheck {
  readonly name: string;
  run(): Promise<void>;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly checks: { name: string; ok: boolean; detail: string | null; duration_ms: number }[];
}

const DEADLINE_MS = 3_000;
/** Answers are reused this long, so that nobody can tire the database by asking. */
const REUSE_MS = 1_000;

/** Whether the hub can do its work now: every check side by side, each within a deadline. */
export class Readiness {
  readonly #checks: readonly ReadinessCheck[];
  #last: { at: number; report: Promise<ReadinessReport> } | undefined;

  constructor(checks: readonly ReadinessCheck[]) {
    this.#checks = checks;
  }

  report(): Promise<ReadinessReport> {
    const at = performance.now();
    if (this.#last === undefined || at - this.#last.at >= REUSE_MS) this.#last = { at, report: this.#runAll() };
    return this.#last.report;
  }

  async #runAll(): Promise<ReadinessReport> {
    const checks = await Promise.all(this.#checks.map(runOne));
    return { status: checks.every((check) => check.ok) ? 'ready' : 'not_ready', checks };
  }
}

async function runOne(check: ReadinessCheck): Promise<ReadinessReport['checks'][number]> {
  const start = performance.now();
  const problem = await withDeadline(check.run()).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const duration_ms = Math.round(performance.now() - start);
  return { name: check.name, ok: problem === null, detail: problem, duration_ms };
}

function withDeadline(work: Promise<void>): Promise<void> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`no answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
  return Promise.race([work, deadline.promise]).finally(() => clearTimeout(timer));
}
