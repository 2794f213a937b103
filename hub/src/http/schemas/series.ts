import { z } from '@hono/zod-openapi';
import {
  AGGREGATES,
  aggregatesOf,
  COLUMN_NAMES,
  type ColumnName,
  metricsOf,
  SERIES_METRICS,
  SERIES_SCOPES,
  type SeriesColumn,
  type SeriesMetric,
  type SeriesScope,
} from '../../series/metrics.ts';
import { STEPS } from '../../series/steps.ts';
import { oneOf } from '../paging.ts';
import { Count, Coverage, Quantity, Time, TimeZone } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';

/** Figures over time: how a series is asked for, and how it is answered. */

const RANGE = /^([1-9]\d{0,4})([mhdy])$/;
const RANGE_UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 } as const;

/** How far back from now, ms. */
export const Range = z
  .string()
  .regex(RANGE, 'expected a duration such as 24h')
  .transform((text) => {
    const [, count, unit] = RANGE.exec(text) ?? [];
    return Number(count) * RANGE_UNIT_MS[unit as keyof typeof RANGE_UNIT_MS];
  });

export const Moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const DEFAULT_METRICS: readonly SeriesMetric[] = [
  'hashrate_ths',
  'power_kw',
  'temp_supply_c',
  'temp_return_c',
  'temp_chip_c',
];

const fieldsOf = (scope: SeriesScope) => ({
  range: Range.optional().openapi({ type: 'string', example: '24h', description: 'Back from now: 30m, 24h, 7d, 1y' }),
  from: Moment.optional().openapi({ type: 'string', format: 'date-time', description: 'With to, instead of range' }),
  to: Moment.optional().openapi({ type: 'string', format: 'date-time', description: 'Outside the range' }),
  step: z
    .enum(['auto', '1m', ...STEPS])
    .optional()
    .openapi({ description: 'Snapped to a stored one, and said in the answer. auto (default): at most 1,000 points' }),
  metrics: oneOf(metricsOf(scope)).openapi({ example: 'hashrate_ths,power_kw' }),
  agg: oneOf(AGGREGATES).openapi({
    example: 'avg,max',
    description:
      'avg (default) is over the readings in a bucket, last the average of the newest row in it. What would say nothing true is refused: levels have no sum over time, the company no min and max of what adds up',
  }),
  tz: TimeZone.optional().openapi({
    example: 'Asia/Qatar',
    description:
      "Whose days they are with step=1d, and of time_local; the project's own unless given, UTC of the company",
  }),
  shape: z
    .enum(['columns', 'rows'])
    .optional()
    .openapi({ description: 'columns (default): one list of values per series; rows: one object per bucket' }),
  ...TableFormat.shape,
});

/**
 * The query of a scope's figures: nothing for the snapshot, a range for series.
 *
 * @param more fields that the route has besides
 */
export function seriesQuery<Shape extends z.ZodRawShape>(scope: SeriesScope, more: Shape, now: () => number) {
  return z
    .strictObject({ ...fieldsOf(scope), ...more })
    .superRefine((query, ctx) => checkSeriesQuery(query as SeriesQuery, scope, now(), ctx));
}

export type SeriesQuery = z.output<z.ZodObject<ReturnType<typeof fieldsOf>>>;

/** Which series a query wants, each metric in each way. */
export function columnsWanted({ metrics = [...DEFAULT_METRICS], agg = ['avg'] }: SeriesQuery): SeriesColumn[] {
  return [...new Set(metrics)].flatMap((metric) => [...new Set(agg)].map((one) => ({ metric, agg: one })));
}

const NEEDS_RANGE = ['step', 'metrics', 'agg', 'tz', 'shape'] as const;

export function checkSeriesQuery(
  query: SeriesQuery,
  scope: SeriesScope,
  now: number,
  ctx: z.core.$RefinementCtx,
): void {
  const fault = (field: keyof SeriesQuery, code: string, message: string): void =>
    ctx.addIssue({ code: 'custom', path: [field], message, params: { code } });
  const { range, from, to } = query;
  const absolute = from !== undefined || to !== undefined;
  if (range === undefined && !absolute) {
    for (const field of NEEDS_RANGE.filter((field) => query[field] !== undefined))
      fault(field, 'needs_range', 'only with range, or with from and to');
    return;
  }
  if (range !== undefined && absolute) fault('range', 'range', 'either range, or from and to');
  else if (from === undefined && absolute) fault('from', 'range', 'from and to belong together');
  else if (to === undefined && absolute) fault('to', 'range', 'from and to belong together');
  if (from !== undefined && to !== undefined && from >= to) fault('from', 'range', 'the range ends before it begins');
  else if (from !== undefined && from >= now) fault('from', 'range', 'the range begins in the future');
  for (const { metric, agg } of columnsWanted(query)) {
    const known = aggregatesOf(metric, scope);
    if (!known.includes(agg))
      fault('agg', 'aggregate', `there is no ${agg} of ${metric} in scope ${scope}: take ${known.join(', ')}`);
  }
}

const head = {
  scope: z.enum(SERIES_SCOPES),
  scope_id: z.string(),
  from: Time,
  to: Time,
  step: z.enum(STEPS),
  tz: z.string(),
  resolution_source: z.enum(STEPS).nullable().openapi({
    description: 'The narrowest stored rows that values were made of; null where there are none',
  }),
};

const WARNINGS = ['ends_in_future', 'wider_rows_only'] as const;
const warnings = z.array(z.object({ code: z.enum(WARNINGS), message: z.string() }));
export type Warning = z.infer<typeof warnings>[number];

const values = z.array(Quantity).openapi({ description: 'One for each of time; null where nothing is known' });

export const Series = z
  .object({
    ...head,
    time: z.array(Time).openapi({ description: 'When buckets begin: every one that the range touches' }),
    series: z.array(
      z.object({
        metric: z.enum(SERIES_METRICS),
        unit: z.string(),
        agg: z.enum(AGGREGATES),
        labels: z.record(z.string(), z.string()),
        values,
      }),
    ),
    coverage: z.array(Coverage.nullable()).openapi({
      description:
        'How many members reported in each bucket, of how many expected; null where nothing says. Sums are never extrapolated',
    }),
    warnings,
  })
  .openapi('Series');
export type Series = z.infer<typeof Series>;

const column = Quantity.optional();

export const SeriesRow = z
  .object({
    time_utc: Time,
    time_local: z.string().openapi({ example: '2026-11-23 15:00:00' }),
    ...(Object.fromEntries(COLUMN_NAMES.map((name) => [name, column])) as Record<ColumnName, typeof column>),
    reporting: Count,
    expected: Count,
  })
  .openapi('SeriesRow', { description: 'A bucket; of its columns those that were asked for' });
export type SeriesRow = z.infer<typeof SeriesRow>;

export const SeriesTable = z.object({ ...head, rows: z.array(SeriesRow), warnings }).openapi('SeriesTable');
export type SeriesTable = z.infer<typeof SeriesTable>;
