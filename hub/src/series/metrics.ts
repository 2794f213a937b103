/** What series there are, and what may be made of their buckets. */

const OF_EVERY_SCOPE = [
  'hashrate_ths',
  'power_kw',
  'efficiency_j_per_th',
  'miners_active',
  'temp_supply_c',
  'temp_return_c',
  'temp_chip_c',
] as const;
export const SERIES_METRICS = [...OF_EVERY_SCOPE, 'containers_active'] as const;
export type SeriesMetric = (typeof SERIES_METRICS)[number];

export const SERIES_UNITS: Readonly<Record<SeriesMetric, string>> = {
  hashrate_ths: 'TH/s',
  power_kw: 'kW',
  efficiency_j_per_th: 'J/TH',
  miners_active: 'miners',
  containers_active: 'containers',
  temp_supply_c: '°C',
  temp_return_c: '°C',
  temp_chip_c: '°C',
};

/** `avg` is over the readings in a bucket, `last` the average of the newest row in it. */
export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'last'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export const SERIES_SCOPES = ['global', 'project', 'container'] as const;
export type SeriesScope = (typeof SERIES_SCOPES)[number];

export const isTemperature = (metric: SeriesMetric): boolean => metric.startsWith('temp_');

/** The metrics that a scope has: no container holds containers. */
export function metricsOf(scope: SeriesScope): readonly [SeriesMetric, ...SeriesMetric[]] {
  return scope === 'container' ? OF_EVERY_SCOPE : SERIES_METRICS;
}

/**
 * The aggregates that say something true. All of these are levels, none an amount that adds up over time: there is no
 * `sum`. Of an efficiency only the average is kept. The company's least and most cannot be had from its projects', which
 * reach theirs at different moments; of temperatures they can, and there the newest row of several is no one value.
 */
export function aggregatesOf(metric: SeriesMetric, scope: SeriesScope): Aggregate[] {
  if (metric === 'efficiency_j_per_th') return ['avg'];
  if (scope !== 'global') return ['avg', 'min', 'max', 'last'];
  return isTemperature(metric) ? ['avg', 'min', 'max'] : ['avg', 'last'];
}

/** One series wanted. */
export interface SeriesColumn {
  readonly metric: SeriesMetric;
  readonly agg: Aggregate;
}

/** The name of a series where each has a column of its own: the metric's, with the aggregate where it is not the average. */
export type ColumnName = SeriesMetric | `${SeriesMetric}_${Exclude<Aggregate, 'avg'>}`;

export function columnName({ metric, agg }: SeriesColumn): ColumnName {
  return agg === 'avg' ? metric : `${metric}_${agg}`;
}

/** Every column there may be, in order. */
export const COLUMN_NAMES: readonly ColumnName[] = SERIES_METRICS.flatMap((metric) =>
  aggregatesOf(metric, 'project').map((agg) => columnName({ metric, agg })),
);
