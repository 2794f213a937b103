import { z } from '@hono/zod-openapi';
import { COMPARISONS } from '../../series/comparison.ts';
import { AGGREGATES, COLUMN_NAMES, type ColumnName, SERIES_METRICS, SERIES_SCOPES } from '../../series/metrics.ts';
import { STEPS } from '../../series/steps.ts';
import { Count, Coverage, Quantity, Time } from '../schemas.ts';

/** How figures over time are answered. */

const head = {
  scope: z.enum(SERIES_SCOPES),
  scope_id: z.string(),
  from: Time,
  to: Time,
  step: z.enum(STEPS),
  tz: z.string(),
  resolution_source: z
    .enum([...STEPS, 'raw'])
    .nullable()
    .openapi({
      description: 'The narrowest stored rows that values were made of, or raw frames; null where there are none',
    }),
};

const WARNINGS = ['ends_in_future', 'wider_rows_only', 'late_frames', 'energy_integrated'] as const;
const warnings = z.array(z.object({ code: z.enum(WARNINGS), message: z.string() }));
export type Warning = z.infer<typeof warnings>[number];

const values = z.array(Quantity).openapi({ description: 'One for each of time; null where nothing is known' });
const labels = z.record(z.string(), z.string());
const coverage = z.array(Coverage.nullable()).openapi({
  description:
    'How many members reported in each bucket, of how many expected; null where nothing says. Sums are never extrapolated',
});

export const Series = z
  .object({
    ...head,
    time: z.array(Time).openapi({ description: 'When buckets begin: every one that the range touches' }),
    time_compared: z
      .array(Time)
      .optional()
      .openapi({ description: 'With compare: when the bucket began whose value stands at each place' }),
    series: z.array(
      z.object({ metric: z.enum(SERIES_METRICS), unit: z.string(), agg: z.enum(AGGREGATES), labels, values }),
    ),
    coverage,
    groups: z
      .array(z.object({ labels, coverage }))
      .optional()
      .openapi({ description: 'With group_by or compare: the coverage of the series of these labels' }),
    warnings,
  })
  .openapi('Series');
export type Series = z.infer<typeof Series>;

const column = Quantity.optional();
const label = z.string().optional();

/** What tells the rows of groups apart, in the order of columns. */
export const LABEL_NAMES = ['project_id', 'container_id', 'transformer_id', 'row', 'model', 'compare'] as const;

export const SeriesRow = z
  .object({
    time_utc: Time,
    time_local: z.string().openapi({ example: '2026-11-23 15:00:00' }),
    ...(Object.fromEntries(LABEL_NAMES.map((name) => [name, label])) as Record<
      (typeof LABEL_NAMES)[number],
      typeof label
    >),
    compare: z.enum(COMPARISONS).nullable().optional(),
    time_compared_utc: Time.nullable().optional(),
    ...(Object.fromEntries(COLUMN_NAMES.map((name) => [name, column])) as Record<ColumnName, typeof column>),
    reporting: Count,
    expected: Count,
  })
  .openapi('SeriesRow', {
    description:
      'A bucket, of each group where there are some; of its columns those that were asked for. What stands beside it by compare has the time of the bucket it is compared with, and its own in time_compared_utc',
  });
export type SeriesRow = z.infer<typeof SeriesRow>;

export const SeriesTable = z.object({ ...head, rows: z.array(SeriesRow), warnings }).openapi('SeriesTable');
export type SeriesTable = z.infer<typeof SeriesTable>;
