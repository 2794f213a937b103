import { MINER_STATUSES, type MinerStatus } from '@hearst/protocol';
import type { MinerRow, MinersContainer } from '../../db/queries/miners.ts';
import { unitOf } from '../../history/quantities.ts';
import type { StatusCounts } from '../../history/tally.ts';
import type { LatestBoards, MinerSeriesRead } from '../../operations/miner-history.ts';
import { tidy } from '../../rounding.ts';
import type { Span } from '../../series/steps.ts';
import { WallClock } from '../../wall-clock.ts';
import { presentMiner } from '../present.ts';
import {
  type MinerSeries,
  type MinerSeriesRow,
  type MinerSeriesTable,
  type MinerSnapshot,
  type MinerWarning,
  minerColumnName,
} from '../schemas/miner-series.ts';
import { presentBoards } from './boards.ts';
import { countsOf, type OpenAlerts } from './figures.ts';

const DIGITS = 9;

/** A miner's state as of now; what is too old says nothing of it. */
export function presentMinerSnapshot(
  row: MinerRow,
  container: MinersContainer,
  boards: LatestBoards | null,
  alerts: OpenAlerts,
  now: number,
): MinerSnapshot {
  const miner = presentMiner(row, container, now);
  const { observed_at, age_s, freshness } = miner;
  const current = freshness === 'fresh' || freshness === 'late';
  const known = <T>(value: T): T | null => (current ? value : null);
  const status = current ? miner.status : 'unknown';
  return {
    scope: 'miner',
    scope_id: miner.miner_id,
    observed_at,
    age_s,
    freshness,
    coverage: { reporting: status === 'unknown' || status === 'offline' ? 0 : 1, expected: 1 },
    status,
    hashrate_ths: known(miner.hashrate_th),
    hashrate_expected_ths: known(miner.hashrate_expected_th),
    power_w: known(miner.power_w),
    efficiency_j_per_th: known(miner.efficiency_j_per_th),
    temp_chip_c: known(miner.temp_chip_c),
    temp_board_c: known(miner.temp_board_c),
    temp_inlet_c: known(miner.temp_inlet_c),
    temp_outlet_c: known(miner.temp_outlet_c),
    uptime_s: known(miner.uptime_s),
    boards: presentBoards(boards),
    alerts_active: countsOf(alerts),
  };
}

/** Series of a miner as they were asked for and read. */
export interface AnsweredMinerSeries {
  readonly miner: Pick<MinerRow, 'project_id' | 'container_id' | 'miner_id'>;
  readonly span: Span;
  readonly read: MinerSeriesRead;
  readonly warnings: readonly MinerWarning[];
}

/** Series column by column, for charts. */
export function presentMinerSeries(answered: AnsweredMinerSeries): MinerSeries {
  const { miner, read, warnings } = answered;
  const { project_id, container_id, miner_id } = miner;
  return {
    ...headOf(answered),
    time: read.statuses.map((_, i) => timeOf(read, i)),
    series: read.series.map(({ column, board, values }) => ({
      metric: column.quantity,
      unit: unitOf(column.quantity),
      agg: column.agg,
      labels: { project_id, container_id, miner_id, ...(board !== null && { board: String(board) }) },
      values: values.map(rounded),
    })),
    status: read.statuses.map((counts) => counts && sharesOf(counts)),
    coverage: read.statuses.map((counts) => counts && { reporting: answering(counts), expected: 1 }),
    warnings: [...warnings],
  };
}

/** Series row by row, for tools that read tables; by board where they were asked for so. */
export function presentMinerTable(answered: AnsweredMinerSeries): MinerSeriesTable {
  const { read, warnings } = answered;
  const clock = new WallClock();
  const boards = [...new Set(read.series.map(({ board }) => board))];
  const rows = read.statuses.flatMap((counts, i) =>
    boards.map((board): MinerSeriesRow => {
      const local = clock.read(new Date(read.buckets.boundaries[i] ?? 0), read.buckets.timeZone);
      const own = read.series.filter((series) => series.board === board);
      return {
        time_utc: timeOf(read, i),
        time_local: local.toISOString().slice(0, 19).replace('T', ' '),
        ...(board !== null && { board }),
        ...Object.fromEntries(own.map(({ column, values }) => [minerColumnName(column), rounded(values[i] ?? null)])),
        status: counts && mostOf(counts),
        reporting: counts && answering(counts),
        expected: counts && 1,
      } as MinerSeriesRow;
    }),
  );
  return { ...headOf(answered), rows, warnings: [...warnings] };
}

function headOf({ miner, span, read }: AnsweredMinerSeries) {
  return {
    scope: 'miner' as const,
    scope_id: miner.miner_id,
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    step: read.buckets.step,
    tz: read.buckets.timeZone,
    resolution_source: read.frames.read > 0 ? ('raw' as const) : null,
  };
}

function timeOf({ buckets }: MinerSeriesRead, bucket: number): string {
  return new Date(buckets.boundaries[bucket] ?? 0).toISOString();
}

/** Without the dust of binary arithmetic, however small: some miners count in MH/s. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(DIGITS));
}

const told = (counts: StatusCounts) =>
  MINER_STATUSES.flatMap((status) => {
    const count = counts[status];
    return count === undefined ? [] : [[status, count] as const];
  });

function sharesOf(counts: StatusCounts): Partial<Record<MinerStatus, number>> {
  const all = told(counts);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(all.map(([status, count]) => [status, tidy(count / total)]));
}

function mostOf(counts: StatusCounts): MinerStatus {
  return told(counts).reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

function answering(counts: StatusCounts): 0 | 1 {
  return told(counts).some(([status]) => status !== 'unknown' && status !== 'offline') ? 1 : 0;
}
