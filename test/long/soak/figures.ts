import { Lines } from '../../load/lines.ts';
import type { Sample } from './watch.ts';

/** This share of the samples is warm-up: caches fill, the heap finds its size, Postgres its first partitions. */
const WARM_UP = 1 / 4;
/** Neighbours are not independent of each other: a line goes through the means of so many groups of them. */
const GROUPS = 30;

/** A line through something that shall stay as it is. */
export interface Trend {
  readonly what: string;
  readonly unit: string;
  /** Of the groups through which the line goes, and of all samples fitted. */
  readonly mean: number;
  readonly most: number;
  /** Per hour, with its standard error. */
  readonly slope: number;
  readonly error: number;
  /** The most it may rise per hour. */
  readonly bound: number;
}

/** What is written per reading in one half of the time and in the other. */
export interface Growth {
  readonly what: string;
  /** Bytes per reading. */
  readonly halves: readonly [number, number];
  /** How much the second may be above the first, as a share of it. */
  readonly bound: number;
}

export const steady = (samples: readonly Sample[]): readonly Sample[] =>
  samples.slice(Math.floor(samples.length * WARM_UP));

const hoursOf = (samples: readonly Sample[]): number => samples.at(-1)!.at - samples[0]!.at;

/**
 * What is alive may rise by. A week is 10,080 polls a minute apart, which at one every ten seconds are 28 hours: 16 MB
 * in an hour of this run are 448 MB in that week, what lies between the 250 MB that the agent may take and the 700 MB at
 * which systemd holds it (`MemoryHigh`). A run that is too short to tell is allowed what still settles in it.
 */
const aliveBound = (hours: number): number => Math.max(16, settlingMb(hours) / hours);
const settlingMb = (hours: number): number => (hours < 0.25 ? 30 : 8);
/** What the system has given is a high-water mark: it goes up by steps, ever rarer, and hardly ever down. */
const residentBound = (hours: number): number => 30 / hours;
/** Two in the time fitted: one lost with every poll, or with every fiftieth, is far above it. */
const countBound = (hours: number): number => 2 / hours;
/** A second in the time fitted. */
const lagBound = (hours: number): number => 1 / hours;

/** Memory, descriptors and lag. */
export function trends(samples: readonly Sample[]): Trend[] {
  const of = steady(samples);
  const hours = hoursOf(of);
  const line = (what: string, unit: string, bound: number, value: Value, kind: 'mean' | 'least' = 'mean'): Trend =>
    trend(of, { what, unit, bound, value, of: kind });
  const unbound = Number.POSITIVE_INFINITY;
  return [
    line('agent, alive', 'MB', aliveBound(hours), ({ heapMb }) => heapMb.agent, 'least'),
    line('hub, alive', 'MB', aliveBound(hours), ({ heapMb }) => heapMb.hub, 'least'),
    line('agent, memory', 'MB', residentBound(hours), ({ held }) => held.agent.residentMb),
    line('hub, memory', 'MB', residentBound(hours), ({ held }) => held.hub.residentMb),
    line('postgres, memory', 'MB', residentBound(hours), ({ held }) => held.postgres.anonymousMb),
    // On a machine that is late hundreds of requests are always under way: see `leftOpen`.
    line('agent, descriptors', '', unbound, ({ held }) => held.agent.descriptors, 'least'),
    line('hub, descriptors', '', countBound(hours), ({ held }) => held.hub.descriptors),
    // Each backend keeps the files of tables open that it has used: what the hub could lose there is connections.
    line('postgres, descriptors', '', unbound, ({ held }) => held.postgres.descriptors),
    line('postgres, processes', '', countBound(hours), ({ held }) => held.postgres.processes),
    line('delivery lag', 's', lagBound(hours), ({ lagS }) => lagS),
    line('waiting in the outbox', 'batches', unbound, ({ outbox }) => outbox.batches),
    line('agent, event loop p99', 'ms', unbound, ({ loopMs }) => loopMs.agent),
    line('hub, event loop p99', 'ms', unbound, ({ loopMs }) => loopMs.hub),
    line('load of the machine', '', unbound, ({ load }) => load),
  ];
}

type Value = (sample: Sample) => number | null;

interface Wanted {
  readonly what: string;
  readonly unit: string;
  readonly bound: number;
  readonly value: Value;
  /** What stands for a group of samples. */
  readonly of: 'mean' | 'least';
}

function trend(samples: readonly Sample[], { what, unit, bound, value, of }: Wanted): Trend {
  const points = samples.flatMap((sample) => {
    const y = value(sample);
    return y === null ? [] : [{ x: sample.at, y }];
  });
  const size = Math.max(1, Math.floor(points.length / GROUPS));
  const line = new Lines();
  for (let i = 0; i + size <= points.length; i += size) {
    const group = points.slice(i, i + size);
    const mean = (axis: 'x' | 'y'): number => group.reduce((sum, point) => sum + point[axis], 0) / size;
    line.add(mean('x'), of === 'mean' ? mean('y') : Math.min(...group.map(({ y }) => y)));
  }
  const { slope, error, mean } = line.fit();
  return { what, unit, mean, most: Math.max(...points.map(({ y }) => y)), slope, error, bound };
}

/** Descriptors of the agent: the least in the warm-up, and when it has nothing to ask any more. */
export interface LeftOpen {
  readonly before: number;
  readonly after: number;
}

/** More than at the beginning may be open at the end: what is made on the first need. */
const MORE_OPEN = 5;

/** What the disk takes for a reading. */
export function growths(samples: readonly Sample[]): Growth[] {
  const of = steady(samples);
  const middle = Math.floor(of.length / 2);
  const [first, half, last] = [of[0]!, of[middle]!, of.at(-1)!];
  const growth = (what: string, bound: number, bytes: (sample: Sample) => number): Growth => {
    const per = (from: Sample, to: Sample): number => (bytes(to) - bytes(from)) / (to.readings - from.readings);
    return { what, bound, halves: [per(first, half), per(half, last)] };
  };
  const readings = half.readings - first.readings;
  return [
    growth('frames in Postgres', 0.03 + EXTENT_BYTES / (16 * readings), ({ frameBytes }) => frameBytes),
    growth('database', 0.1 + (8 * EXTENT_BYTES) / (16 * readings), ({ databaseBytes }) => databaseBytes),
    growth('outbox file', 0.03 + EXTENT_BYTES / (16 * readings), ({ outbox }) => outbox.bytes),
    growth('logs', Number.POSITIVE_INFINITY, ({ logBytes }) => logBytes),
  ];
}

/** Files grow by steps: what a half may be off by for that reason alone. */
const EXTENT_BYTES = 512 * 1024;

/** The share of readings committed within some seconds of being taken, after the warm-up; the bound is one of the hub's. */
export function shareWithin(samples: readonly Sample[], seconds: number): number {
  const of = steady(samples);
  const [first, last] = [of[0]!.lags, of.at(-1)!.lags];
  const count = (lags: Sample['lags']): number => lags.within[seconds] ?? Number.NaN;
  return (count(last) - count(first)) / (last.count - first.count);
}

/** What was promised and is not so, beyond doubt; empty when all is well. */
export function broken(samples: readonly Sample[], open: LeftOpen, pollSeconds: number): string[] {
  const risen = trends(samples)
    .filter(({ slope, error, bound }) => !(slope - 2 * error <= bound))
    .map(({ what, unit, slope, error, bound }) => {
      const by = `${slope.toFixed(1)} +- ${error.toFixed(1)}${unit && ` ${unit}`}`;
      return `${what}: rises by ${by} an hour, at most ${bound.toFixed(1)} is allowed`;
    });
  const left =
    open.after <= open.before + MORE_OPEN
      ? []
      : [`agent, descriptors: ${open.after} at the end with nothing to ask, ${open.before} at the beginning`];
  const grown = growths(samples)
    .filter(({ halves: [first, second], bound }) => Number.isFinite(bound) && !(second <= first * (1 + bound)))
    .map(({ what, halves }) => `${what}: ${halves.map((half) => half.toFixed(2)).join(', then ')} bytes per reading`);
  const share = shareWithin(samples, pollSeconds);
  const late =
    share >= 0.95 ? [] : [`delivery: ${(share * 100).toFixed(1)} % within a poll, at least 95 % are promised`];
  return [...risen, ...left, ...grown, ...late];
}
