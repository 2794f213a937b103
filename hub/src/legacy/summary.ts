import type { StoredBuckets } from '../db/queries/legacy-metrics.ts';
import { type Finding, LEGACY_TABLES } from './finding.ts';
import type { FindingsFile, Lost } from './findings-file.ts';
import type { ImportOutcome, InventoryOutcome } from './import.ts';
import type { LegacySource } from './source.ts';

/** What an import tells programs; people are told the same in words. Counts are of rows unless they say otherwise. */
export interface ImportSummary {
  readonly source: string;
  readonly project_id: string;
  readonly project_name: string;
  readonly project_created: boolean;
  readonly dry_run: boolean;
  /** False when the hub held all of it already. */
  readonly changed: boolean;
  readonly containers: InventorySummary;
  readonly miners: InventorySummary;
  readonly metrics: MetricsSummary;
  readonly columns_not_carried: readonly { table: string; column: string; kept_in: string | null }[];
  readonly tables_not_carried: readonly string[];
  readonly notes: readonly string[];
  readonly findings_count: number;
  readonly findings: readonly Finding[];
  /** The file with all findings; null when there is none. */
  readonly report: string | null;
}

interface InventorySummary extends InventoryOutcome {
  readonly not_taken: number;
  readonly values_not_taken: number;
}

interface MetricsSummary {
  readonly read: number;
  readonly taken: number;
  readonly not_taken: number;
  readonly values_not_taken: number;
  readonly spacing_s: number | null;
  /** By length in seconds. */
  readonly buckets: Readonly<Record<'900' | '3600' | '86400', BucketsSummary>>;
}

interface BucketsSummary {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Buckets that hold the hub's own figures, which stay. */
  readonly kept: number;
}

/** @param name that was asked for, of a project to be created */
export function summarize(
  outcome: ImportOutcome,
  source: LegacySource,
  findings: FindingsFile,
  asked: { readonly name: string | undefined; readonly dryRun: boolean },
): ImportSummary {
  const { project, containers, miners, metrics } = outcome;
  const lost = findings.lost('metrics');
  return {
    source: source.label,
    project_id: project.projectId,
    project_name: project.name,
    project_created: project.created,
    dry_run: asked.dryRun,
    changed: hasChanged(outcome),
    containers: inventory(containers, findings.lost('containers')),
    miners: inventory(miners, findings.lost('miners')),
    metrics: {
      read: metrics.read,
      taken: metrics.taken,
      not_taken: lost.rows,
      values_not_taken: lost.values,
      spacing_s: metrics.spacingS,
      buckets: { '900': buckets(metrics.quarters), '3600': buckets(metrics.hours), '86400': buckets(metrics.days) },
    },
    columns_not_carried: LEGACY_TABLES.flatMap((table) =>
      source.plans[table].others.map(({ name }) => ({
        table,
        column: name,
        kept_in: table === 'containers' ? 'metadata.legacy' : null,
      })),
    ),
    tables_not_carried: source.otherTables,
    notes: notesOf(outcome, asked.name),
    findings_count: findings.count,
    findings: findings.first,
    report: findings.finish(),
  };
}

function hasChanged({ project, containers, miners, metrics }: ImportOutcome): boolean {
  const stored = [containers, miners].map(({ added, filled }) => added + filled);
  const history = [metrics.quarters, metrics.hours, metrics.days].map(({ added, changed }) => added + changed);
  return project.created || [...stored, ...history, metrics.daysOfAnotherZone].some((count) => count > 0);
}

function inventory(outcome: InventoryOutcome, lost: Lost): InventorySummary {
  return { ...outcome, not_taken: lost.rows, values_not_taken: lost.values };
}

function buckets({ buckets, added, changed, kept }: StoredBuckets): BucketsSummary {
  return { added, changed, unchanged: buckets - added - changed - kept, kept };
}

/** What a person ought to know besides the figures, one or two sentences each. */
function notesOf({ project, containers, metrics }: ImportOutcome, name: string | undefined): string[] {
  const notes: string[] = [];
  if (name !== undefined && !project.created && name !== project.name)
    notes.push(`${project.projectId} exists and keeps its name, ${project.name}.`);
  if (metrics.offTheQuarter > 0 || metrics.joined > 0)
    notes.push(
      `Readings of the source are mostly ${metrics.spacingS ?? 0} s apart, not 15 min on the quarter: each counts in the ` +
        `quarter of an hour in which it was taken (${metrics.joined} share theirs with another).`,
    );
  if ((metrics.spacingS ?? 0) > 900)
    notes.push('Quarters of an hour between readings of the source stay empty; hours and days are filled.');
  const kept = metrics.hours.kept + metrics.days.kept;
  if (kept > 0) notes.push(`${kept} hours and days hold figures that the hub has rolled up itself, which stay.`);
  if (metrics.daysOfAnotherZone > 0)
    notes.push(
      `${metrics.daysOfAnotherZone} days of an earlier import began by another time zone than ${project.timeZone} and were made anew.`,
    );
  if (metrics.newest === null && containers.read > 0)
    notes.push('The source has no metrics: figures without a time of their own count as told now.');
  return notes;
}
