import { isAdded } from '../db/queries/rollup-columns.ts';
import type { MeteredBucket } from '../db/queries/rollup-members.ts';
import type { BucketValues } from '../db/queries/rollup-rows.ts';
import { AMOUNTS, LEVELS, type Level } from '../series/quantities.ts';

/** A row that is being added to. */
type Draft = Record<string, number | string | boolean | null>;

/** What became of a row: what it held before (null: there was none), and now. */
export interface Change {
  readonly before: BucketValues | null;
  readonly after: BucketValues;
}

export function numberOf(row: BucketValues | null, column: string): number | null {
  const value = row?.[column];
  return typeof value === 'number' ? value : null;
}

/** A container's bucket with what late frames say of it by themselves. */
export function withFrames(before: BucketValues | null, part: BucketValues): BucketValues {
  const row: Draft = { ...part, ...before, late: true };
  for (const level of LEVELS) {
    addTo(row, `${level}_sum`, before, part);
    addTo(row, `${level}_count`, before, part);
    reach(row, level, part);
  }
  for (const amount of AMOUNTS) addTo(row, amount, before, part);
  row.transformer_id = before?.transformer_id ?? part.transformer_id ?? null;
  row.power_source = oneOf(before?.power_source, part.power_source);
  row.expected = greater(numberOf(before, 'expected'), numberOf(part, 'expected'));
  return row;
}

/**
 * A transformer's or project's five minutes after those of a member changed: the member's average, in place of the one
 * it had, is part of the sum over all members.
 *
 * @param metered whether meters tell power and energy of the row, so that the member's own do not count
 */
export function withMember(row: BucketValues, { before, after }: Change, metered = false): BucketValues {
  const next: Draft = { ...row, late: true };
  for (const level of LEVELS) {
    if (level === 'load_pct' || (metered && level === 'power_kw')) continue;
    if (!isAdded(level)) addDifference(next, level, before, after);
    else if (averageOf(after, level) !== null) {
      const average = (averageOf(row, level) ?? 0) + (averageOf(after, level) ?? 0) - (averageOf(before, level) ?? 0);
      setAverage(
        next,
        level,
        average,
        greater(numberOf(row, `${level}_count`), numberOf(after, `${level}_count`)) ?? 1,
      );
    }
  }
  for (const amount of AMOUNTS) if (!(metered && amount.startsWith('energy'))) addDelta(next, amount, before, after);
  const count = activeOf(after) - activeOf(before);
  next.active_containers = (numberOf(row, 'active_containers') ?? 0) + count;
  if (!metered) next.power_source = oneOf(row.power_source, after.power_source);
  return next;
}

/** An hour or a day after one of its five-minute buckets changed. */
export function withBucket(row: BucketValues | null, { before, after }: Change): BucketValues {
  const next: Draft = { ...emptied(after), ...row, late: true };
  for (const level of LEVELS) addDifference(next, level, before, after);
  for (const amount of AMOUNTS) addDelta(next, amount, before, after);
  for (const column of ['active_containers', 'expected'])
    next[column] = greater(numberOf(row, column), numberOf(after, column));
  next.transformer_id = row?.transformer_id ?? after.transformer_id ?? null;
  next.power_source = oneOf(row?.power_source, after.power_source);
  return next;
}

/**
 * A transformer's five minutes with what late readings of its meters say. Until now its containers may have told its
 * power and energy: then the meters take their place, but for the time they did not measure.
 */
export function withMeter(
  row: BucketValues,
  meter: MeteredBucket,
  containers: { readonly energyKwh: number | null; readonly longestS: number | null },
): BucketValues {
  const metered = row.power_source === 'meter';
  const next: Draft = { ...row, late: true };
  if (meter.energyKwh !== null && meter.measuredS !== null) {
    const told = containers.energyKwh ?? 0;
    const share = containers.longestS ? Math.max(0, 1 - meter.measuredS / containers.longestS) : 0;
    const instead = metered ? 0 : told * share - told;
    next.energy_kwh = (numberOf(row, 'energy_kwh') ?? 0) + instead + meter.energyKwh;
    next.energy_integrated_kwh = (numberOf(row, 'energy_integrated_kwh') ?? 0) + instead + (meter.integratedKwh ?? 0);
  }
  if (meter.powerKw !== null && meter.powerCount !== null) {
    const had = metered ? (numberOf(row, 'power_kw_count') ?? 0) : 0;
    const sum = (metered ? (numberOf(row, 'power_kw_sum') ?? 0) : 0) + meter.powerKw * meter.powerCount;
    setAverage(next, 'power_kw', sum / (had + meter.powerCount), had + meter.powerCount);
    next.power_source = 'meter';
  }
  const load = {
    load_pct_sum: meter.loadSum,
    load_pct_min: meter.loadMin,
    load_pct_max: meter.loadMax,
    load_pct_count: meter.loadCount,
  };
  addTo(next, 'load_pct_sum', row, load);
  addTo(next, 'load_pct_count', row, load);
  reach(next, 'load_pct', load);
  return next;
}

/** Where nothing of a transformer answered all along, it is what failed; otherwise its containers did. */
export function withBlame(row: BucketValues): BucketValues {
  const lost = numberOf(row, 'lost_offline_thh');
  if (lost === null) return row;
  const all = lost + (numberOf(row, 'lost_transformer_thh') ?? 0);
  const dead = (numberOf(row, 'miner_answering_s') ?? 0) === 0;
  return { ...row, lost_offline_thh: dead ? 0 : all, lost_transformer_thh: dead ? all : 0 };
}

/** The row with what follows from its sums. `time` is the column that tells how long members reported. */
export function judged(row: BucketValues, time: 'miner_answering_s' | 'covered_s', seconds: number): BucketValues {
  const [hashrate, power] = [averageOf(row, 'hashrate_ths'), averageOf(row, 'power_kw')];
  const reporting = Math.floor((numberOf(row, time) ?? 0) / seconds + 1e-6);
  return {
    ...row,
    hashrate_eh: hashrate === null ? null : hashrate / 1e6,
    power_mw: power === null ? null : power / 1e3,
    reporting: Math.min(reporting, numberOf(row, 'expected') ?? reporting),
  };
}

function emptied(row: BucketValues): Draft {
  return Object.fromEntries(Object.keys(row).map((column) => [column, null]));
}

/** A container that reported, or how many of a transformer's did. */
function activeOf(row: BucketValues | null): number {
  return numberOf(row, 'active_containers') ?? ((numberOf(row, 'miners_active_count') ?? 0) > 0 ? 1 : 0);
}

function averageOf(row: BucketValues | null, level: Level): number | null {
  const [sum, count] = [numberOf(row, `${level}_sum`), numberOf(row, `${level}_count`)];
  return sum === null || count === null || count === 0 ? null : sum / count;
}

function setAverage(row: Draft, level: Level, average: number, count: number): void {
  row[`${level}_sum`] = average * count;
  row[`${level}_min`] = average;
  row[`${level}_max`] = average;
  row[`${level}_count`] = count;
}

function addDifference(row: Draft, level: Level, before: BucketValues | null, after: BucketValues): void {
  addDelta(row, `${level}_sum`, before, after);
  addDelta(row, `${level}_count`, before, after);
  reach(row, level, after);
}

function addDelta(row: Draft, column: string, before: BucketValues | null, after: BucketValues): void {
  const now = numberOf(after, column);
  if (now !== null) row[column] = (numberOf(row, column) ?? 0) + now - (numberOf(before, column) ?? 0);
}

function addTo(row: Draft, column: string, one: BucketValues | null, other: BucketValues): void {
  const [a, b] = [numberOf(one, column), numberOf(other, column)];
  row[column] = a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

function reach(row: Draft, level: Level, other: BucketValues): void {
  const [min, max] = [numberOf(other, `${level}_min`), numberOf(other, `${level}_max`)];
  if (min !== null) row[`${level}_min`] = Math.min(numberOf(row, `${level}_min`) ?? min, min);
  if (max !== null) row[`${level}_max`] = Math.max(numberOf(row, `${level}_max`) ?? max, max);
}

function greater(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function oneOf(a: unknown, b: unknown): string | null {
  if (typeof a !== 'string') return typeof b === 'string' ? b : null;
  return typeof b !== 'string' || a === b ? a : 'mixed';
}
