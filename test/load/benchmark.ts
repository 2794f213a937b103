/** One figure of a benchmark, against the limit it has to keep or a peer measured in the same run. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  /** The limit the value has to keep; null where only the ratio counts, or nothing is asked. */
  limit: number | null;
  /** The value against its peer, both of this run. */
  ratio: number | null;
  /** What is to be reached, in words. */
  target: string;
  /** Null where nothing is asked: the figure is printed for the reader. */
  met: boolean | null;
}

export interface BenchmarkContext {
  /** A folder of its own on disk, removed afterwards. */
  folder: string;
  /** Arguments after the names, such as `--hours 72`. */
  options: Record<string, string>;
  /** A line of progress, on stderr. */
  say(line: string): void;
}

export interface Benchmark {
  name: string;
  /** One line: what is measured and how. */
  about: string;
  run(context: BenchmarkContext): Promise<Result[]>;
}

/** A value that must stay at or below a limit. */
export function atMost(name: string, value: number, unit: string, limit: number): Result {
  return { name, value, unit, limit, ratio: null, target: `<= ${limit} ${unit}`, met: value <= limit };
}

/** A value that must reach a limit. */
export function atLeast(name: string, value: number, unit: string, limit: number): Result {
  return { name, value, unit, limit, ratio: null, target: `>= ${limit} ${unit}`, met: value >= limit };
}

/** A value whose ratio to a peer of the same run must stay at or below a bound. */
export function ratioAtMost(name: string, value: number, peer: number, unit: string, bound: number): Result {
  const ratio = value / peer;
  return { name, value, unit, limit: null, ratio, target: `ratio <= ${bound}`, met: ratio <= bound };
}

/** A value whose ratio to a peer of the same run must reach a bound. */
export function ratioAtLeast(name: string, value: number, peer: number, unit: string, bound: number): Result {
  const ratio = value / peer;
  return { name, value, unit, limit: null, ratio, target: `ratio >= ${bound}`, met: ratio >= bound };
}

/** A figure for the reader, with no target. */
export function forReference(name: string, value: number, unit: string): Result {
  return { name, value, unit, limit: null, ratio: null, target: '', met: null };
}

/** The middle of some values. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
