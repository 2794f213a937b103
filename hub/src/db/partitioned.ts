/** A table with one partition for each span of time (UTC), and a default one for what falls into none. */
export interface PartitionedTable {
  readonly table: string;
  /** By which rows are told apart. */
  readonly column: 'at' | 'timestamp';
  readonly span: 'day' | 'month';
}

/** Raw frames, by the day. */
export const FRAMES: readonly PartitionedTable[] = [
  { table: 'container_frames', column: 'at', span: 'day' },
  { table: 'meter_frames', column: 'at', span: 'day' },
];
/** Rows of `metrics` of five minutes and of a quarter of an hour, by the month. */
export const FINE: PartitionedTable = { table: 'metrics_fine', column: 'timestamp', span: 'month' };

/** Where a partition begins and where it ends, ms since 1970 UTC; the end is the next one's beginning. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range of the partition that a moment falls into. */
export function rangeAt({ span }: PartitionedTable, atMs: number): Range {
  const at = new Date(atMs);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return span === 'day'
    ? { from: Date.UTC(year, month, day), to: Date.UTC(year, month, day + 1) }
    : { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
}

/** `container_frames_2026_11_23`, `metrics_fine_2026_11`. */
export function partitionName({ table, span }: PartitionedTable, { from }: Range): string {
  const date = new Date(from).toISOString().slice(0, span === 'day' ? 10 : 7);
  return `${table}_${date.replaceAll('-', '_')}`;
}

export function defaultPartition({ table }: PartitionedTable): string {
  return `${table}_default`;
}

/** The range that a partition's name tells; null for the default one, and for what was not made here. */
export function rangeOf(partitioned: PartitionedTable, name: string): Range | null {
  const date = name.slice(partitioned.table.length + 1).replaceAll('_', '-');
  const at = Date.parse(partitioned.span === 'day' ? date : `${date}-01`);
  if (Number.isNaN(at)) return null;
  const range = rangeAt(partitioned, at);
  return partitionName(partitioned, range) === name ? range : null;
}
