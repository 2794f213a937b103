import { MINER_STATUSES, type MinerStatus } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { MINER_STEPS } from '../../history/buckets.ts';
import {
  aggregatesOf,
  MINER_AGGREGATES,
  MINER_QUANTITIES,
  type MinerAggregate,
  type MinerColumn,
  type MinerQuantity,
  quantitiesBy,
} from '../../history/quantities.ts';
import { oneOf } from '../paging.ts';
import { Count, Coverage, InProject, observation, Quantity, Time, TimeZone } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';
import { MinerBoards } from './boards.ts';
import { AlertCounts } from './figures.ts';
import { checkRange, Moment, Range } from './series-query.ts';

/** Figures of one miner: now, and over time as its container's frames tell them. */

const fields = {
  range: Range.optional().openapi({ type: 'string', example: '24h', description: 'Back from now: 30m, 24h, 30d' }),
  from: Moment.optional().openapi({ type: 'string', format: 'date-time', description: 'With to, instead of range' }),
  to: Moment.optional().openapi({ type: 'string', format: 'date-time', description: 'Outside the range' }),
  step: z
    .enum(['auto', ...MINER_STEPS])
    .optional()
    .openapi({
      description:
        'auto (default): at most 1,000 points, each of two polls or more. 1m is widened where it would be too many',
    }),
  metrics: oneOf(MINER_QUANTITIES).openapi({ example: 'hashrate_ths,power_w' }),
  agg: oneOf(MINER_AGGREGATES).openapi({
    example: 'avg,max',
    description: 'Unless given, avg, and last of what a device counts up since it started, which has no other',
  }),
  group_by: z.enum(['board']).optional().openapi({
    description: 'board: a series for each hashboard, of hashrate, temperatures, errors, frequency and working chips',
  }),
  tz: TimeZone.optional().openapi({
    example: 'Asia/Qatar',
    description: "Whose days they are with step=1d, and of time_local; the project's own unless given",
  }),
  shape: z
    .enum(['columns', 'rows'])
    .optional()
    .openapi({ description: 'columns (default): one list of values per series; rows: one object per bucket' }),
  ...TableFormat.shape,
  ...InProject.shape,
};

/** The query of a miner's figures: nothing for the snapshot, a range for series. */
export function minerSeriesQuery(now: () => number) {
  return z.strictObject(fields).superRefine((query, ctx) => {
    const fault: Fault = (field, code, message) =>
      ctx.addIssue({ code: 'custom', path: [field], message, params: { code } });
    if (query.range === undefined && query.from === undefined && query.to === undefined) {
      for (const field of NEEDS_RANGE)
        if (query[field] !== undefined) fault(field, 'needs_range', 'only with range, or with from and to');
      return;
    }
    checkRange(query, now(), fault);
    checkColumns(query, fault);
  });
}

const NEEDS_RANGE = ['step', 'metrics', 'agg', 'group_by', 'tz', 'shape'] as const;

export type MinerSeriesQuery = z.output<z.ZodObject<typeof fields>>;

type Fault = (field: keyof MinerSeriesQuery, code: string, message: string) => void;

function checkColumns(query: MinerSeriesQuery, fault: Fault): void {
  const known = quantitiesBy(query.group_by ?? null);
  for (const { quantity, agg } of minerColumnsOf(query)) {
    if (!known.includes(quantity))
      fault(
        'metrics',
        'grouping',
        query.group_by === undefined
          ? `${quantity} is told by board alone: add group_by=board`
          : `${quantity} is not told by board: take ${known.join(', ')}`,
      );
    const aggregates = aggregatesOf(quantity);
    if (!aggregates.includes(agg))
      fault('agg', 'aggregate', `there is no ${agg} of ${quantity} of a miner: take ${aggregates.join(', ')}`);
  }
}

const DEFAULTS: readonly MinerQuantity[] = [
  'hashrate_ths',
  'power_w',
  'temp_chip_c',
  'temp_board_c',
  'temp_inlet_c',
  'temp_outlet_c',
];
const BOARD_DEFAULTS: readonly MinerQuantity[] = ['hashrate_ths', 'temp_chip_c'];

/** Which series a query wants, each metric in each way. */
export function minerColumnsOf({ metrics, agg, group_by }: MinerSeriesQuery): MinerColumn[] {
  const wanted = metrics ?? (group_by === undefined ? DEFAULTS : BOARD_DEFAULTS);
  return [...new Set(wanted)].flatMap((quantity) =>
    [...new Set(agg ?? [aggregatesOf(quantity)[0]])].map((one) => ({ quantity, agg: one })),
  );
}

const head = {
  scope: z.literal('miner'),
  scope_id: z.string(),
  from: Time,
  to: Time,
  step: z.enum(MINER_STEPS),
  tz: z.string(),
  resolution_source: z.literal('raw').nullable().openapi({ description: 'Polls; null where there are none' }),
};

const WARNINGS = ['ends_in_future', 'sampled', 'raw_since'] as const;
const warnings = z.array(z.object({ code: z.enum(WARNINGS), message: z.string() }));
export type MinerWarning = z.infer<typeof warnings>[number];

const share = z.number().optional();
const StatusShares = z
  .object(Object.fromEntries(MINER_STATUSES.map((status) => [status, share])) as Record<MinerStatus, typeof share>)
  .openapi('MinerStatusShares', {
    description: 'Which share of the readings in a bucket had which status: together 1',
    example: { hashing: 0.9, offline: 0.1 },
  });

export const MinerSeries = z
  .object({
    ...head,
    time: z.array(Time).openapi({ description: 'When buckets begin: every one that the range touches' }),
    series: z.array(
      z.object({
        metric: z.enum(MINER_QUANTITIES),
        unit: z.string(),
        agg: z.enum(MINER_AGGREGATES),
        labels: z.record(z.string(), z.string()),
        values: z.array(Quantity).openapi({ description: 'One for each of time; null where nothing is known' }),
      }),
    ),
    status: z.array(StatusShares.nullable()).openapi({ description: 'One for each of time; null without a reading' }),
    coverage: z.array(Coverage.nullable()).openapi({
      description: 'Whether the miner answered in each bucket: 1 of 1 or 0 of 1; null where nobody asked it',
    }),
    warnings,
  })
  .openapi('MinerSeries');
export type MinerSeries = z.infer<typeof MinerSeries>;

/** The name of a series where each has a column of its own. */
export function minerColumnName({ quantity, agg }: MinerColumn): string {
  return agg === 'avg' ? quantity : `${quantity}_${agg satisfies Exclude<MinerAggregate, 'avg'>}`;
}

const COLUMN_NAMES = MINER_QUANTITIES.flatMap((quantity) =>
  aggregatesOf(quantity).map((agg) => minerColumnName({ quantity, agg })),
);
const column = Quantity.optional();

export const MinerSeriesRow = z
  .object({
    time_utc: Time,
    time_local: z.string().openapi({ example: '2026-11-23 15:00:00' }),
    board: Count.optional(),
    ...(Object.fromEntries(COLUMN_NAMES.map((name) => [name, column])) as Record<string, typeof column>),
    status: z.enum(MINER_STATUSES).nullable().openapi({ description: 'The one that most readings had' }),
    reporting: Count,
    expected: Count,
  })
  .openapi('MinerSeriesRow', {
    description: 'A bucket, with group_by=board of one board; of its columns those that were asked for',
  });
export type MinerSeriesRow = z.infer<typeof MinerSeriesRow>;

export const MinerSeriesTable = z
  .object({ ...head, rows: z.array(MinerSeriesRow), warnings })
  .openapi('MinerSeriesTable');
export type MinerSeriesTable = z.infer<typeof MinerSeriesTable>;

export const MinerSnapshot = z
  .object({
    scope: z.literal('miner'),
    scope_id: z.string(),
    ...observation,
    coverage: Coverage.openapi({ description: 'Whether the miner answers: 1 of 1, or 0 of 1' }),
    status: z.enum(MINER_STATUSES),
    hashrate_ths: Quantity,
    hashrate_expected_ths: Quantity,
    power_w: Quantity,
    efficiency_j_per_th: Quantity,
    temp_chip_c: Quantity,
    temp_board_c: Quantity,
    temp_inlet_c: Quantity,
    temp_outlet_c: Quantity,
    uptime_s: Quantity,
    boards: MinerBoards.nullable(),
    alerts_active: AlertCounts,
  })
  .openapi('MinerSnapshot', {
    description:
      'The state as of now. What is older than five poll intervals is not in it: its status is unknown, its values are null',
  });
export type MinerSnapshot = z.infer<typeof MinerSnapshot>;
