import { z } from 'zod';
import { type BoardColumn, type BoardColumns, isBoardMetric, MAX_BOARDS, plausibleOnBoard } from './boards.ts';
import { ProtocolError } from './errors.ts';
import { ContainerId, MeterId, ProjectId, TransformerId } from './ids.ts';
import { isPlausible, METRICS, type MetricName, type MetricSubject, metricOf } from './metrics.ts';
import { type FramePool, type FramePools, MAX_POOLS } from './pools.ts';
import { safeText } from './text.ts';

/**
 * What one poll yields. Frames are columns: one array per metric, one place per position, `null` where a
 * device gave nothing. A silent miner is a status in the frame, never a hole and never a zero.
 */

/** What the agent saw of one miner. The code on the wire is the index in this list; append only. */
export const MINER_STATUSES = ['unknown', 'hashing', 'degraded', 'sleeping', 'idle', 'offline'] as const;
export type MinerStatus = (typeof MINER_STATUSES)[number];

/** The code of a status in a frame's `status` column. */
export function statusCode(status: MinerStatus): number {
  return MINER_STATUSES.indexOf(status);
}

export type Column = (number | null)[];
export type Columns = Partial<Record<MetricName, Column>>;
export type Values = Partial<Record<MetricName, number | null>>;

export interface ContainerFrame {
  kind: 'container';
  project: string;
  container: string;
  /** When the poll of this container began, milliseconds since 1970 UTC by the agent's clock. */
  at: number;
  /** The poll interval in force, seconds. */
  interval_s: number;
  /** The slots polled, ascending, 1-based; every column has one place for each. */
  positions: number[];
  status: number[];
  columns: Columns;
  /** Board by board, with every tenth frame or so; absent from the others and from older agents' frames. */
  boards?: BoardColumns;
  /** Which pools the miners work for, with every fifth frame or so; absent from the others and from older agents'. */
  pools?: FramePools;
  /** The cooling loop's values; null when the container has no controller or it did not answer. */
  cooling: Values | null;
  /** Whether a cooling controller is configured at all: tells "silent" from "none". */
  cooling_expected: boolean;
}

export interface MeterFrame {
  kind: 'meter';
  project: string;
  meter: string;
  transformer: string | null;
  at: number;
  interval_s: number;
  /** null when the meter did not answer. */
  values: Values | null;
}

export type Frame = ContainerFrame | MeterFrame;

/** The most slots a container may have, and the bound for every column. */
export const MAX_POSITIONS = 10_000;

const Instant = z.int().min(0).max(8.64e15);
const Interval = z.number().min(0.1).max(86_400);
const SparseValues = z.record(z.string().max(64), z.number().nullable()).nullable();

const ContainerHead = z.object({
  kind: z.literal('container'),
  project: ProjectId,
  container: ContainerId,
  at: Instant,
  interval_s: Interval,
  positions: z.custom<number[]>(Array.isArray, 'expected a list of positions'),
  status: z.custom<number[]>(Array.isArray, 'expected a list of status codes'),
  columns: z.record(z.string().max(64), z.custom<Column>(Array.isArray, 'expected a column')),
  boards: z.record(z.string().max(64), z.custom<BoardColumn>(Array.isArray, 'expected a column of boards')).optional(),
  pools: z.unknown().optional(),
  cooling: SparseValues,
  cooling_expected: z.boolean(),
});

const MeterHead = z.object({
  kind: z.literal('meter'),
  project: ProjectId,
  meter: MeterId,
  transformer: TransformerId.nullable(),
  at: Instant,
  interval_s: Interval,
  values: SparseValues,
});

const FrameHead = z.discriminatedUnion('kind', [ContainerHead, MeterHead]);

/** One value that was not believed: it stands as null in the parsed frame. */
export interface BadValue {
  metric: string;
  /** The slot, or null for a cooling loop or meter. */
  position: number | null;
  value: unknown;
  reason: 'not_a_number' | 'not_a_text' | 'out_of_range' | 'not_a_list' | 'too_many_boards' | 'too_many_pools';
}

export interface ParsedFrame<F extends Frame = Frame> {
  frame: F;
  /** What was struck out, at most `MAX_REPORTED` of them. */
  bad: BadValue[];
  /** How many were struck out in all. */
  badCount: number;
  /** Metrics this program does not know (a newer agent's): kept aside as sent, not stored as columns. */
  unknown: string[];
}

export const MAX_REPORTED = 20;

/**
 * Checks a frame from the wire. The head goes through zod, columns through typed loops (17,864 rows: zod
 * 18 ms, loop 1 ms). A frame whose shape is wrong throws `malformed`; a value that cannot be true becomes
 * null and is reported, so that one bad sensor never costs the other 307 miners.
 */
export function parseFrame(input: unknown): ParsedFrame {
  const head = FrameHead.safeParse(input);
  if (!head.success) throw new ProtocolError('malformed', `frame: ${firstIssue(head.error)}`);
  return head.data.kind === 'container' ? parseContainerFrame(head.data) : parseMeterFrame(head.data);
}

type ContainerHeadData = z.infer<typeof ContainerHead>;

function parseContainerFrame(head: ContainerHeadData): ParsedFrame<ContainerFrame> {
  const { boards, pools: sentPools, ...rest } = head;
  const { positions, status } = rest;
  const size = positions.length;
  if (size > MAX_POSITIONS) throw new ProtocolError('malformed', `frame: ${size} positions, at most ${MAX_POSITIONS}`);
  if (status.length !== size)
    throw new ProtocolError('malformed', `frame: ${status.length} statuses for ${size} positions`);
  let previous = 0;
  for (const position of positions) {
    if (!Number.isInteger(position) || position <= previous || position > 99_999) {
      throw new ProtocolError(
        'malformed',
        `frame: position ${String(position)} after ${previous}, expected ascending whole numbers`,
      );
    }
    previous = position;
  }
  for (const code of status) {
    if (!Number.isInteger(code) || code < 0 || code >= MINER_STATUSES.length) {
      throw new ProtocolError('malformed', `frame: status code ${String(code)}`);
    }
  }

  const report = new Report();
  const columns: Columns = {};
  for (const [name, column] of Object.entries(head.columns)) {
    if (column.length !== size)
      throw new ProtocolError('malformed', `frame: column ${name} has ${column.length} places, expected ${size}`);
    const metric = metricOf(name);
    if (metric?.of !== 'miner') {
      report.unknown.push(name);
      continue;
    }
    for (let i = 0; i < size; i++) {
      const value = column[i];
      if (value === null) continue;
      if (typeof value === 'number' && isPlausible(metric, value)) continue;
      report.add(name, positions[i] ?? null, value);
      column[i] = null;
    }
    columns[name as MetricName] = column;
  }
  const cooling = head.cooling && parseValues(head.cooling, 'cooling', report);
  const pools = sentPools === undefined ? null : parsePools(sentPools, positions, report);
  const frame = {
    ...rest,
    columns,
    ...(boards && { boards: parseBoards(boards, positions, report) }),
    ...(pools && { pools }),
    cooling,
  };
  return { frame, ...report.result() };
}

/** Like columns; a place that is no list of at most `MAX_BOARDS` boards is struck out whole. */
function parseBoards(input: Record<string, BoardColumn>, positions: readonly number[], report: Report): BoardColumns {
  const columns: BoardColumns = {};
  for (const [name, column] of Object.entries(input)) {
    const told = `boards.${name}`;
    if (column.length !== positions.length)
      throw new ProtocolError(
        'malformed',
        `frame: column ${told} has ${column.length} places, expected ${positions.length}`,
      );
    if (!isBoardMetric(name)) {
      report.unknown.push(told);
      continue;
    }
    column.forEach((boards: unknown, i) => {
      if (boards === null) return;
      const position = positions[i] ?? null;
      if (!Array.isArray(boards)) {
        report.add(told, position, boards, 'not_a_list');
        column[i] = null;
      } else if (boards.length > MAX_BOARDS) {
        report.add(told, position, boards.length, 'too_many_boards');
        column[i] = null;
      } else {
        boards.forEach((value: unknown, board) => {
          if (value === null || plausibleOnBoard(name, value) !== null) return;
          report.add(told, position, value);
          boards[board] = null;
        });
      }
    });
    columns[name] = column;
  }
  return columns;
}

/** Null, and so left out, where there is no telling whose they are; else single texts and places are struck out. */
function parsePools(input: unknown, positions: readonly number[], report: Report): FramePools | null {
  const { list, of } = (input ?? {}) as { list?: unknown; of?: unknown };
  if (!Array.isArray(list) || !Array.isArray(of) || of.length !== positions.length) {
    report.add('pools', null, typeof input, 'not_a_list');
    return null;
  }
  if (list.length > MAX_POOLS) {
    report.add('pools', null, list.length, 'too_many_pools');
    return null;
  }
  const places = of.map((index: unknown, i) => {
    if (index === null || (Number.isInteger(index) && Object.hasOwn(list, index as number)))
      return index as number | null;
    report.add('pools', positions[i] ?? null, index);
    return null;
  });
  return { list: list.map((pool: unknown) => parsePool(pool, report)), of: places };
}

/** The texts come from devices: made safe to keep. */
function parsePool(input: unknown, report: Report): FramePool {
  const told = (input ?? {}) as Record<keyof FramePool, unknown>;
  const text = (name: keyof FramePool): string | null => {
    const value = told[name];
    if (typeof value === 'string') return safeText(value);
    if (value !== null) report.add(`pools.${name}`, null, value, 'not_a_text');
    return null;
  };
  return { url: text('url'), worker: text('worker') };
}

function parseMeterFrame(head: z.infer<typeof MeterHead>): ParsedFrame<MeterFrame> {
  const report = new Report();
  const values = head.values && parseValues(head.values, 'meter', report);
  return { frame: { ...head, values }, ...report.result() };
}

function parseValues(input: Record<string, number | null>, of: MetricSubject, report: Report): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(input)) {
    const metric = metricOf(name);
    if (metric?.of !== of) report.unknown.push(name);
    else if (value === null || isPlausible(metric, value)) values[name as MetricName] = value;
    else {
      report.add(name, null, value);
      values[name as MetricName] = null;
    }
  }
  return values;
}

class Report {
  readonly bad: BadValue[] = [];
  readonly unknown: string[] = [];
  count = 0;

  add(metric: string, position: number | null, value: unknown, why?: BadValue['reason']): void {
    this.count++;
    if (this.bad.length >= MAX_REPORTED) return;
    const reason = why ?? (typeof value === 'number' ? 'out_of_range' : 'not_a_number');
    this.bad.push({ metric, position, value, reason });
  }

  result(): { bad: BadValue[]; badCount: number; unknown: string[] } {
    return { bad: this.bad, badCount: this.count, unknown: this.unknown };
  }
}

/** The first fault of a zod error as one line: `path: message`. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'value'}: ${issue.message}` : 'invalid';
}

/** How many device readings a frame holds: one per position, plus one for a cooling loop or a meter. */
export function readingsIn(frame: Frame): number {
  return frame.kind === 'container' ? frame.positions.length + (frame.cooling ? 1 : 0) : 1;
}

/** The names of all metrics of one kind of device, in catalogue order. */
export function metricNames(of: MetricSubject): MetricName[] {
  return (Object.keys(METRICS) as MetricName[]).filter((name) => METRICS[name].of === of);
}
