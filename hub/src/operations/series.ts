import type { ClientBase } from 'pg';
import { type SeriesMember, type SeriesRow, seriesRows, storedWidths } from '../db/queries/series.ts';
import type { MetricScope } from '../db/schema.ts';
import { type Buckets, bucketsOf } from '../series/buckets.ts';
import type { SeriesColumn } from '../series/metrics.ts';
import { autoStep, type Span, STEP_S, STEPS, type Step } from '../series/steps.ts';

/** Which series to read. */
export interface SeriesRequest {
  /** Not too long for the step: at most `MAX_POINTS`. */
  readonly span: Span;
  readonly step: Step | 'auto';
  readonly timeZone: string;
  readonly columns: readonly SeriesColumn[];
}

/** Series as read: for each bucket what its rows say, or null. */
export interface SeriesRead {
  readonly buckets: Buckets;
  readonly rows: readonly (SeriesRow | null)[];
  /** The narrowest rows that were read; null where there were none. */
  readonly source: Step | null;
  /** The narrowest step for which there are rows, where that is wider than what was asked for. */
  readonly widerStep: Step | null;
}

/** Reads series of the members together: levels added up, temperatures averaged. */
export async function readSeries(
  client: ClientBase,
  scope: MetricScope,
  members: readonly SeriesMember[],
  { span, step: wanted, timeZone, columns }: SeriesRequest,
): Promise<SeriesRead> {
  const stored = await storedWidths(client, scope, members, span);
  const step = wanted === 'auto' ? autoStep(span, stored) : wanted;
  const buckets = bucketsOf(span, step, timeZone);
  const widths = buckets.widths.filter((width) => stored.includes(width));
  const found = widths.length === 0 ? [] : await seriesRows(client, scope, members, { ...buckets, widths }, columns);
  const rows: (SeriesRow | null)[] = Array.from({ length: buckets.boundaries.length - 1 }, () => null);
  for (const row of found) rows[row.bucket] = row;
  const narrowest = Math.min(...found.map(({ width }) => width ?? Number.POSITIVE_INFINITY));
  return {
    buckets,
    rows,
    source: stepOf(narrowest),
    widerStep: widths.length === 0 && stored.length > 0 ? stepOf(Math.min(...stored)) : null,
  };
}

function stepOf(width: number): Step | null {
  return STEPS.find((step) => STEP_S[step] === width) ?? null;
}
