import type { ClientBase } from 'pg';
import {
  dropDaysOfOtherZones,
  dropRepeated,
  type GatheredScope,
  gatheredScopes,
  gatherHistory,
  gatherReadings,
  type StoredBuckets,
  spacingOf,
  storeLonger,
  storeQuarters,
  storeSums,
} from '../db/queries/legacy-metrics.ts';
import type { TablePlan } from './columns.ts';
import type { Finding } from './finding.ts';
import type { FindingsFile } from './findings-file.ts';
import type { TargetProject } from './project.ts';
import type { LegacyReading } from './readings.ts';

/** What became of the readings, and the buckets they make. */
export interface HistoryOutcome {
  readonly taken: number;
  readonly quarters: StoredBuckets;
  readonly hours: StoredBuckets;
  readonly days: StoredBuckets;
  /** The last moment that the source knows of. */
  readonly newest: Date | null;
  /** Seconds between most readings; null where there are none to tell from. */
  readonly spacingS: number | null;
  /** Readings that were taken at another moment than the beginning of a quarter of an hour. */
  readonly offTheQuarter: number;
  /** Readings that share their quarter of an hour with another of the same scope. */
  readonly joined: number;
  /** Days of an earlier import that were taken away because the project's time zone is another one now. */
  readonly daysOfAnotherZone: number;
}

const NOTHING: StoredBuckets = { buckets: 0, added: 0, changed: 0, kept: 0 };
/** Sums over containers are made for this long at a time, so that no statement has to hold years of them. */
const SUM_MS = 31 * 86_400_000;

/** The old readings on their way to buckets of a quarter of an hour, an hour and a day. */
export class History {
  readonly #client: ClientBase;
  readonly #project: TargetProject;
  readonly #plan: TablePlan;
  readonly #findings: FindingsFile;
  #gathered = 0;

  private constructor(client: ClientBase, project: TargetProject, plan: TablePlan, findings: FindingsFile) {
    this.#client = client;
    this.#project = project;
    this.#plan = plan;
    this.#findings = findings;
  }

  static async begin(
    client: ClientBase,
    project: TargetProject,
    plan: TablePlan,
    findings: FindingsFile,
  ): Promise<History> {
    await gatherHistory(client);
    return new History(client, project, plan, findings);
  }

  async gather(rows: readonly LegacyReading[]): Promise<void> {
    this.#gathered += rows.length;
    await gatherReadings(this.#client, rows);
  }

  /**
   * Stores all that was gathered.
   *
   * @param containers how many the project has: what a sum of containers is expected to hold
   */
  async store(containers: number): Promise<HistoryOutcome> {
    const { projectId, timeZone } = this.#project;
    const daysOfAnotherZone = await dropDaysOfOtherZones(this.#client, projectId, timeZone);
    const scopes = await gatheredScopes(this.#client);
    const total = { quarters: NOTHING, hours: NOTHING, days: NOTHING };
    let taken = this.#gathered;
    let joined = 0;
    for (const scope of scopes) {
      const kept = scope.readings - (await this.#dropRepeated(scope));
      const quarters = await storeQuarters(this.#client, projectId, scope);
      taken -= scope.readings - kept;
      joined += kept - quarters.buckets;
      total.quarters = sum(total.quarters, quarters);
      if (scope.scope === 'container') await this.#storeLonger(total, scope);
    }
    total.quarters = sum(total.quarters, await this.#storeSums(scopes, containers));
    if (scopes.length > 0) await this.#storeLonger(total, { scope: 'project', scopeId: projectId });
    const longest = scopes.toSorted((a, b) => b.readings - a.readings)[0];
    const newest = scopes.reduce<Date | null>(
      (last, scope) => (last && last > scope.newest ? last : scope.newest),
      null,
    );
    const spacing = longest ? await spacingOf(this.#client, longest) : { spacingS: null, offTheQuarter: 0 };
    return { ...total, ...spacing, taken, joined, newest, daysOfAnotherZone };
  }

  /** Answers how many readings were of the same moment as another. */
  async #dropRepeated(scope: GatheredScope): Promise<number> {
    const repeated = await dropRepeated(this.#client, scope);
    const column = this.#plan.fields.at?.column ?? 'timestamp';
    this.#findings.add(
      repeated.map(
        (id): Finding => ({
          table: 'metrics',
          id,
          column,
          value: id,
          lost: 'row',
          why: `is the same moment of ${scope.scopeId} as that of another row, which was taken`,
          remedy: 'Nothing needs doing if both say the same; else delete the wrong one in the source and import again.',
        }),
      ),
    );
    return repeated.length;
  }

  async #storeLonger(
    total: { hours: StoredBuckets; days: StoredBuckets },
    scope: Pick<GatheredScope, 'scope' | 'scopeId'>,
  ): Promise<void> {
    const { projectId, timeZone } = this.#project;
    const { hours, days } = await storeLonger(this.#client, projectId, scope, timeZone);
    total.hours = sum(total.hours, hours);
    total.days = sum(total.days, days);
  }

  /** The project's own figures where the source has only those of its containers. */
  async #storeSums(scopes: readonly GatheredScope[], containers: number): Promise<StoredBuckets> {
    const ofContainers = scopes.filter(({ scope }) => scope === 'container');
    if (ofContainers.length === 0) return NOTHING;
    const end = Math.max(...ofContainers.map(({ newest }) => newest.getTime())) + 1;
    let total = NOTHING;
    let from = Math.min(...ofContainers.map(({ oldest }) => oldest.getTime()));
    for (from -= QUARTER_MS; from < end; from += SUM_MS) {
      const span = { from: new Date(from), to: new Date(from + SUM_MS) };
      total = sum(total, await storeSums(this.#client, this.#project.projectId, span, containers));
    }
    return total;
  }
}

const QUARTER_MS = 900_000;

function sum(a: StoredBuckets, b: StoredBuckets): StoredBuckets {
  return {
    buckets: a.buckets + b.buckets,
    added: a.added + b.added,
    changed: a.changed + b.changed,
    kept: a.kept + b.kept,
  };
}
