import { kindOf, type SeriesColumn, type SeriesMetric } from '../../series/metrics.ts';

/**
 * What series say, in SQL: which parts are told of rows `m` of `metrics` and joined member by member, bucket by bucket,
 * and what the joined parts `j` of the members `x` make of a bucket.
 *
 * Rows are joined by adding sums and counts, never by averaging averages. A row that somebody wrote or imported with
 * hashrate_eh, power_mw and active_containers alone counts as one reading.
 */

/** Something that rows tell of a quantity, and how that of several rows is joined. */
export interface Part {
  readonly name: string;
  readonly join: 'sum' | 'min' | 'max';
  /** Out of a row of `metrics`. */
  readonly of: string;
}

/** A bucket's energy that is the integral of power, of energy metrics alone. */
export const INTEGRATED: Part = amount('energy_integrated_kwh');

/** What has to be told of rows for a series. */
export function partsOf({ metric, agg }: SeriesColumn): Part[] {
  switch (metric) {
    case 'efficiency_j_per_th':
      return [...averageParts('hashrate_ths'), ...averageParts('power_kw')];
    case 'availability_ratio':
      return [amount('miner_active_s'), amount('miner_known_s')];
    case 'miners_expected':
      return [amount('miner_known_s'), amount('covered_s'), ...averageParts('active_containers')];
    default:
      return kindOf(metric) === 'amount' ? [amount(metric)] : levelParts(metric, agg);
  }
}

/**
 * A bucket's value over its members: levels add up, temperatures and the like are averaged by their readings, and what is
 * made of amounts is made of all the members' together.
 */
export function bucketValue({ metric, agg }: SeriesColumn): string {
  switch (metric) {
    case 'efficiency_j_per_th': {
      const both = 'j.hashrate_ths_count > 0 and j.power_kw_count > 0';
      const sum = (quantity: string) => `sum(${average(quantity)}) filter (where ${both})`;
      return `1e3 * ${sum('power_kw')} / nullif(${sum('hashrate_ths')}, 0)`;
    }
    case 'availability_ratio':
      return 'sum(j.miner_active_s) / nullif(sum(j.miner_known_s), 0)';
    case 'miners_expected':
      // Miners of a container on average, times containers that told anything.
      return `sum(j.miner_known_s / nullif(j.covered_s, 0)
        * case when x.scope = 'container' then 1 else ${average('active_containers')} end)`;
    default:
      return kindOf(metric) === 'amount' ? `sum(j.${metric})` : levelValue(metric, agg);
  }
}

function levelParts(metric: SeriesMetric, agg: SeriesColumn['agg']): Part[] {
  const row = rowOf(metric);
  switch (agg) {
    case 'min':
    case 'max':
      return [{ name: `${metric}_${agg}`, join: agg, of: row[agg] }];
    case 'last': {
      // The greatest of these pairs is the newest.
      const of = `case when ${row.count} > 0 then array[extract(epoch from m.timestamp)::float8, ${row.sum} / ${row.count}] end`;
      return [{ name: `${metric}_last`, join: 'max', of }];
    }
    default:
      return averageParts(metric);
  }
}

function averageParts(metric: SeriesMetric): Part[] {
  const row = rowOf(metric);
  return [
    { name: `${metric}_sum`, join: 'sum', of: row.sum },
    { name: `${metric}_count`, join: 'sum', of: row.count },
  ];
}

function amount(column: string): Part {
  return { name: column, join: 'sum', of: `m.${column}` };
}

function levelValue(metric: SeriesMetric, agg: SeriesColumn['agg']): string {
  const isMean = kindOf(metric) === 'mean';
  // Of several members there is none: they reach theirs at different moments.
  const ofOne = (value: string) => `case when count(*) = 1 then ${value} end`;
  if (agg === 'min' || agg === 'max') {
    const value = `${agg}(j.${metric}_${agg})`;
    return isMean ? value : ofOne(value);
  }
  if (agg === 'last') {
    const value = `sum(j.${metric}_last[2])`;
    return isMean ? ofOne(value) : value;
  }
  return isMean ? `sum(j.${metric}_sum) / nullif(sum(j.${metric}_count), 0)` : `sum(${average(metric)})`;
}

function average(quantity: string): string {
  return `j.${quantity}_sum / nullif(j.${quantity}_count, 0)`;
}

/** What a row tells as one reading. */
const ONE_READING: Partial<Record<SeriesMetric, string>> = {
  hashrate_ths: 'm.hashrate_eh * 1e6',
  power_kw: 'm.power_mw * 1e3',
  active_containers: 'm.active_containers::float8',
};

function rowOf(metric: SeriesMetric): Record<'sum' | 'count' | 'min' | 'max', string> {
  const one = ONE_READING[metric];
  if (one === undefined)
    return {
      sum: `m.${metric}_sum`,
      count: `m.${metric}_count`,
      min: `m.${metric}_min`,
      max: `m.${metric}_max`,
    };
  if (metric === 'active_containers') return { sum: one, count: `num_nonnulls(${one})::float8`, min: one, max: one };
  const told = `m.${metric}_count > 0`;
  return {
    sum: `case when ${told} then m.${metric}_sum else ${one} end`,
    count: `case when ${told} then m.${metric}_count::float8 else num_nonnulls(${one}) end`,
    min: `coalesce(m.${metric}_min, ${one})`,
    max: `coalesce(m.${metric}_max, ${one})`,
  };
}
