import { z } from '@hono/zod-openapi';
import { COMPARISONS } from '../../series/comparison.ts';
import { GROUPINGS, type Grouping, groupingsOf, isTogether } from '../../series/grouping.ts';
import {
  AGGREGATES,
  aggregatesOf,
  metricsOf,
  naturalAggregateOf,
  type SeriesColumn,
  type SeriesMetric,
  type SeriesScope,
} from '../../series/metrics.ts';
import { STEPS } from '../../series/steps.ts';
import { oneOf } from '../paging.ts';
import { TimeZone } from '../schemas.ts';
import { SeriesFormat } from '../tables/format.ts';

/** How figures over time are asked for. */

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

const METRICS = `Energy and hashes are integrals over the bucket, not averages times hours; energy_integrated_kwh is the part of energy_kwh that no counter told. miners_expected are those that frames hold, availability_ratio the share of their time in which they hashed`;

const AGG = `avg is over the readings in a bucket, sum what an amount adds up to: the natural one unless given. last is the average of the newest row in it, p95 what 95 % of the raw readings do not exceed (of containers, while raw frames are kept). What would say nothing true is refused: levels have no sum over time, several members together no min and max of what adds up`;

const GROUP_BY = `One series per group, labelled. transformer: as history says, and "none" of what hung on none; row (of the plan in the containers' metadata) and model: as the inventory says now. At most 200 series`;

const COMPARE = `A second set of series, labelled compare, at the places of the first: previous_period is as many steps before as the range has, previous_week seven days. Days are laid beside the day of so many dates before, whether of 23, 24 or 25 h; hours and less beside those of exactly so many hours before`;

const fieldsOf = (scope: SeriesScope) => ({
  range: Range.optional().openapi({ type: 'string', example: '24h', description: 'Back from now: 30m, 24h, 7d, 1y' }),
  from: Moment.optional().openapi({ type: 'string', format: 'date-time', description: 'With to, instead of range' }),
  to: Moment.optional().openapi({ type: 'string', format: 'date-time', description: 'Outside the range' }),
  step: z
    .enum(['auto', '1m', ...STEPS])
    .optional()
    .openapi({ description: 'Snapped to a stored one, and said in the answer. auto (default): at most 1,000 points' }),
  metrics: oneOf(metricsOf(scope)).openapi({ example: 'hashrate_ths,power_kw', description: METRICS }),
  agg: oneOf(AGGREGATES).openapi({ example: 'avg,max', description: AGG }),
  group_by: z.enum(GROUPINGS).optional().openapi({ description: GROUP_BY }),
  compare: z.enum(COMPARISONS).optional().openapi({ description: COMPARE }),
  tz: TimeZone.optional().openapi({
    example: 'Asia/Qatar',
    description:
      "Whose days they are with step=1d, and of time_local; the project's own unless given, UTC of the company",
  }),
  shape: z.enum(['columns', 'rows']).optional().openapi({
    description: 'columns (default): one list of values per series; rows: one object per bucket and group',
  }),
  ...SeriesFormat.shape,
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

/** Which series a query wants, each metric in each way, or in its natural one. */
export function columnsWanted({ metrics = [...DEFAULT_METRICS], agg }: SeriesQuery): SeriesColumn[] {
  return [...new Set(metrics)].flatMap((metric) =>
    [...new Set(agg ?? [naturalAggregateOf(metric)])].map((one) => ({ metric, agg: one })),
  );
}

const NEEDS_RANGE = ['step', 'metrics', 'agg', 'group_by', 'compare', 'tz', 'shape'] as const;

type Fault = (field: keyof SeriesQuery, code: string, message: string) => void;

function checkSeriesQuery(query: SeriesQuery, scope: SeriesScope, now: number, ctx: z.core.$RefinementCtx): void {
  const fault: Fault = (field, code, message) =>
    ctx.addIssue({ code: 'custom', path: [field], message, params: { code } });
  const { range, from, to, format } = query;
  if (range === undefined && from === undefined && to === undefined) {
    for (const field of NEEDS_RANGE.filter((field) => query[field] !== undefined))
      fault(field, 'needs_range', 'only with range, or with from and to');
    if (format === 'parquet') fault('format', 'needs_range', 'only with range, or with from and to');
    return;
  }
  checkRange(query, now, fault);
  checkGrouping(query, scope, fault);
}

/** Names what is wrong with a range that is there. */
export function checkRange(
  { range, from, to }: Pick<SeriesQuery, 'range' | 'from' | 'to'>,
  now: number,
  fault: (field: 'range' | 'from' | 'to', code: string, message: string) => void,
): void {
  const absolute = from !== undefined || to !== undefined;
  if (range !== undefined && absolute) fault('range', 'range', 'either range, or from and to');
  else if (from === undefined && absolute) fault('from', 'range', 'from and to belong together');
  else if (to === undefined && absolute) fault('to', 'range', 'from and to belong together');
  if (from !== undefined && to !== undefined && from >= to) fault('from', 'range', 'the range ends before it begins');
  else if (from !== undefined && from >= now) fault('from', 'range', 'the range begins in the future');
}

function checkGrouping(query: SeriesQuery, scope: SeriesScope, fault: Fault): void {
  const { group_by: grouping } = query;
  const groupings = groupingsOf(scope);
  if (grouping !== undefined && !groupings.includes(grouping)) {
    const others = groupings.length === 0 ? 'leave it out' : `take ${groupings.join(', ')}`;
    fault('group_by', 'group_by', `scope ${scope} has no groups by ${grouping}: ${others}`);
    return;
  }
  const members = grouping === undefined ? scope : membersOf(grouping);
  const together = grouping === undefined ? scope === 'global' : isTogether(grouping);
  for (const { metric, agg } of columnsWanted(query)) {
    if (!metricsOf(members).includes(metric) || (metric === 'load_pct' && members === 'project')) {
      fault('metrics', 'metric', `there is no ${metric} of ${nameOf(members, together)}: leave it out`);
      continue;
    }
    const known = aggregatesOf(metric, members, together).filter((one) => one !== 'p95' || grouping === undefined);
    if (!known.includes(agg))
      fault(
        'agg',
        'aggregate',
        `there is no ${agg} of ${metric} of ${nameOf(members, together)}: take ${known.join(', ')}`,
      );
  }
}

/** What each group is made of. */
function membersOf(grouping: Grouping): SeriesScope {
  return grouping === 'transformer' ? 'transformer' : 'container';
}

function nameOf(members: SeriesScope, together: boolean): string {
  if (members === 'global') return 'the company';
  return together ? `several ${members}s` : `a ${members}`;
}
