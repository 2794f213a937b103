import { type Column, type ContainerFrame, METRICS, type MetricName, statusCode } from '@hearst/protocol';
import type { AlertRule } from '../rule.ts';
import type { ShareCounters } from './earlier-counters.ts';
import { numberOption } from './zone.ts';

/** A reading of all miners of a frame, by place; null or NaN where it is unknown. */
export type MinerColumn = ArrayLike<number | null>;

type Read = (frame: ContainerFrame, rule: AlertRule, earlier: ShareCounters | null) => MinerColumn | null;

const UNKNOWN = statusCode('unknown');
const OFFLINE = statusCode('offline');
const SLEEPING = statusCode('sleeping');
const HASHING = statusCode('hashing');
const DEGRADED = statusCode('degraded');

/** Readings that are worked out; true is 1, false is 0. Every other name is that of a column. */
const COMPUTED: Readonly<Record<string, Read>> = {
  offline,
  hashrate_pct: hashratePct,
  boards_missing: boardsMissing,
  reject_pct: rejectPct,
};

/** One reading of every miner in a frame; null where the frame does not hold it. */
export function minerColumn(frame: ContainerFrame, rule: AlertRule, earlier: ShareCounters | null): MinerColumn | null {
  if (Object.hasOwn(COMPUTED, rule.reading)) return COMPUTED[rule.reading]?.(frame, rule, earlier) ?? null;
  return frame.columns[rule.reading as MetricName] ?? null;
}

/** Whether it is silent. Where the agent does not know, neither do we. */
function offline({ status }: ContainerFrame): MinerColumn {
  const result = new Float64Array(status.length);
  for (let i = 0; i < result.length; i++)
    result[i] = status[i] === OFFLINE ? 1 : status[i] === UNKNOWN ? Number.NaN : 0;
  return result;
}

/** Of the hashrate that is expected of the miner. Nothing is expected of one that was put to sleep: it does all of it. */
function hashratePct({ columns, status }: ContainerFrame): MinerColumn | null {
  const { hashrate_ths: rates, hashrate_expected_ths: expected } = columns;
  if (!rates || !expected) return null;
  const result = new Float64Array(status.length);
  for (let i = 0; i < result.length; i++) {
    if (status[i] === SLEEPING) result[i] = 100;
    else result[i] = share(rates[i], expected[i]);
  }
  return result;
}

function share(part: number | null | undefined, whole: number | null | undefined): number {
  return typeof part === 'number' && typeof whole === 'number' && whole > 0 ? (part / whole) * 100 : Number.NaN;
}

/** Fewer than most of the container's miners have. Of one that hashes nothing it cannot be told. */
function boardsMissing({ columns, status }: ContainerFrame): MinerColumn | null {
  const boards = columns.boards_active;
  if (!boards) return null;
  const usual = mostCommon(boards, status);
  const result = new Float64Array(boards.length);
  for (let i = 0; i < result.length; i++) {
    const here = boards[i];
    if (status[i] === SLEEPING) result[i] = 0;
    else result[i] = isWorking(status[i]) && typeof here === 'number' ? Math.max(0, usual - here) : Number.NaN;
  }
  return result;
}

function isWorking(code: number | undefined): boolean {
  return code === HASHING || code === DEGRADED;
}

/** The larger of two that are equally common. */
function mostCommon(boards: Column, status: readonly number[]): number {
  const counts = new Uint16Array(METRICS.boards_active.max + 1);
  let usual = 0;
  for (let i = 0; i < boards.length; i++) {
    const here = boards[i];
    if (isWorking(status[i]) && typeof here === 'number') counts[here] = (counts[here] ?? 0) + 1;
  }
  for (let n = 0; n < counts.length; n++) if ((counts[n] ?? 0) >= (counts[usual] ?? 0)) usual = n;
  return (counts[usual] ?? 0) > 0 ? usual : 0;
}

/** Of the shares since the earlier frame. Counters that fell were reset: nothing is known until the next frame. */
function rejectPct({ columns }: ContainerFrame, rule: AlertRule, earlier: ShareCounters | null): MinerColumn | null {
  const { shares_accepted: accepted, shares_rejected: rejected } = columns;
  if (!accepted || !rejected || earlier === null) return null;
  const least = numberOption(rule, 'at_least', 1);
  const result = new Float64Array(accepted.length);
  for (let i = 0; i < result.length; i++) {
    const good = (accepted[i] ?? Number.NaN) - (earlier.accepted[i] ?? Number.NaN);
    const bad = (rejected[i] ?? Number.NaN) - (earlier.rejected[i] ?? Number.NaN);
    result[i] = good >= 0 && bad >= 0 && good + bad >= least ? (bad / (good + bad)) * 100 : Number.NaN;
  }
  return result;
}
