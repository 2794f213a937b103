import type { ClientBase } from 'pg';
import { percentileRows } from '../db/queries/percentiles.ts';
import { type SeriesRow, seriesRows, storedWidths } from '../db/queries/series.ts';
import type { SeriesMember } from '../db/queries/series-members.ts';
import { type Buckets, bucketsOf } from '../series/buckets.ts';
import { type Comparison, comparedBuckets } from '../series/comparison.ts';
import type { SeriesColumn } from '../series/metrics.ts';
import { autoStep, MAX_BUCKETS_READ, type Span, STEP_S, STEPS, type Step } from '../series/steps.ts';
import type { SeriesGroup } from './series-groups.ts';

/** Which series to read. */
export interface SeriesRequest {
  /** Not too long for the step: at most `MAX_POINTS`. */
  readonly span: Span;
  readonly step: Step | 'auto';
  readonly timeZone: string;
  readonly columns: readonly SeriesColumn[];
  /** What to lay beside it, bucket by bucket. */
  readonly compare?: Comparison | undefined;
}

/** The buckets of one group: for each what its rows say, or null. */
export interface SeriesSet {
  readonly labels: Readonly<Record<string, string>>;
  readonly rows: readonly (SeriesRow | null)[];
}

/** Series as read. */
export interface SeriesRead {
  readonly buckets: Buckets;
  /** One for each group. */
  readonly sets: readonly SeriesSet[];
  /** Of the earlier buckets, at the places of those they are compared with. */
  readonly compared: { readonly buckets: Buckets; readonly sets: readonly SeriesSet[] } | null;
  /** The narrowest rows that were read, or `raw` frames where they alone were; null where there were none. */
  readonly source: Step | 'raw' | null;
  /** The narrowest step for which there are rows, where that is wider than what was asked for. */
  readonly widerStep: Step | null;
  /** Whether frames came too late to be more than added to what was known. */
  readonly late: boolean;
}

/** Reads a series of each group: what adds up of its members added up, temperatures and the like averaged. */
export async function readSeries(
  client: ClientBase,
  groups: readonly SeriesGroup[],
  { span, step: wanted, timeZone, columns, compare }: SeriesRequest,
): Promise<SeriesRead> {
  const members = groups.flatMap((group) => group.members);
  const stored = await storedWidths(client, members, span);
  const most = Math.floor(MAX_BUCKETS_READ / Math.max(1, members.length));
  const step = wanted === 'auto' ? autoStep(span, stored, most) : wanted;
  const buckets = bucketsOf(span, step, timeZone);
  const { sets, widths, narrowest } = await readBuckets(client, groups, buckets, stored, columns);
  const raw = columns.every(({ agg }) => agg === 'p95');
  return {
    buckets,
    sets,
    compared: compare === undefined ? null : await readCompared(client, groups, { ...buckets, span, columns, compare }),
    source: raw ? 'raw' : stepOf(narrowest),
    widerStep: !raw && widths.length === 0 && stored.length > 0 ? stepOf(Math.min(...stored)) : null,
    late: sets.some(({ rows }) => rows.some((row) => row?.late)),
  };
}

async function readCompared(
  client: ClientBase,
  groups: readonly SeriesGroup[],
  { span, columns, compare, ...of }: Buckets & { span: Span; columns: readonly SeriesColumn[]; compare: Comparison },
): Promise<SeriesRead['compared']> {
  const buckets = comparedBuckets(of, span, compare);
  const [from = 0, to = 0] = [buckets.boundaries[0], buckets.boundaries.at(-1)];
  const members = groups.flatMap((group) => group.members);
  const stored = await storedWidths(client, members, { from, to });
  const { sets } = await readBuckets(client, groups, buckets, stored, columns);
  return { buckets, sets: sets.map((set) => ({ ...set, labels: { ...set.labels, compare } })) };
}

/** Reads the buckets of every group. @param stored the widths of which there are rows */
async function readBuckets(
  client: ClientBase,
  groups: readonly SeriesGroup[],
  buckets: Buckets,
  stored: readonly number[],
  columns: readonly SeriesColumn[],
): Promise<{ sets: SeriesSet[]; widths: number[]; narrowest: number }> {
  const rolledUp = columns.filter(({ agg }) => agg !== 'p95');
  const widths = buckets.widths.filter((width) => stored.includes(width));
  const members = groups.map((group) => group.members);
  const found = widths.length === 0 ? [] : await seriesRows(client, members, { ...buckets, widths }, rolledUp);
  const length = buckets.boundaries.length - 1;
  const tables = groups.map(() => Array.from({ length }, (): SeriesRow | null => null));
  let narrowest = Number.POSITIVE_INFINITY;
  for (const row of found) {
    const table = tables[row.group];
    if (table !== undefined) table[row.bucket] = row;
    narrowest = Math.min(narrowest, row.width ?? narrowest);
  }
  for (const [i, table] of tables.entries()) await addPercentiles(client, members[i] ?? [], buckets, columns, table);
  const sets = groups.flatMap(({ labels, current }, i) => {
    const rows = tables[i] ?? [];
    return current || rows.some((row) => row !== null) ? [{ labels, rows }] : [];
  });
  return { sets, widths, narrowest };
}

/** Puts percentiles, out of raw frames, between the values of a container's rows. */
async function addPercentiles(
  client: ClientBase,
  [member]: readonly SeriesMember[],
  { boundaries }: Buckets,
  columns: readonly SeriesColumn[],
  table: (SeriesRow | null)[],
): Promise<void> {
  const metrics = columns.filter(({ agg }) => agg === 'p95').map(({ metric }) => metric);
  if (member === undefined || metrics.length === 0) return;
  const found = await percentileRows(client, member.projectId, member.scopeId, boundaries, metrics);
  const told = new Map(found.map(({ bucket, values }) => [bucket, values]));
  for (const bucket of table.keys()) {
    const row = table[bucket] ?? null;
    const percentiles = told.get(bucket);
    if (row === null && percentiles === undefined) continue;
    const [stored, raw] = [[...(row?.values ?? [])], [...(percentiles ?? [])]];
    const next = (values: (number | null)[], missing: boolean) => (missing ? null : (values.shift() ?? null));
    const values = columns.map(({ agg }) =>
      agg === 'p95' ? next(raw, percentiles === undefined) : next(stored, row === null),
    );
    table[bucket] = { ...(row ?? { ...EMPTY, bucket }), values };
  }
}

/** A bucket that has raw frames and no roll-up yet. */
const EMPTY = { group: 0, reporting: null, expected: null, width: null, integratedKwh: null, late: false } as const;

function stepOf(width: number): Step | null {
  return STEPS.find((step) => STEP_S[step] === width) ?? null;
}
