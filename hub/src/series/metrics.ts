/** What series there are, and what may be made of their buckets. */

/** What a metric is: how its rows are joined follows from that. */
type Kind =
  /** Adds up over members at one time: `sum / count` of a row is its average. */
  | 'level'
  /** The same, but averaged over members by their readings: temperatures and the like. */
  | 'mean'
  /** Adds up over members and over time. */
  | 'amount'
  /** Made of other quantities; only the average says something. */
  | 'ratio';

interface MetricDefinition {
  readonly kind: Kind;
  readonly unit: string;
  /** Where there is one; everywhere unless said. */
  readonly scopes?: readonly SeriesScope[];
  /** What a frame tells of it as one value: its percentiles can be had while raw frames are kept. */
  readonly frame?: string;
}

export const SERIES_SCOPES = ['global', 'project', 'transformer', 'container'] as const;
export type SeriesScope = (typeof SERIES_SCOPES)[number];

const DEFINITIONS = {
  hashrate_ths: { kind: 'level', unit: 'TH/s', frame: 'hashrate_ths' },
  power_kw: { kind: 'level', unit: 'kW', frame: 'power_kw' },
  efficiency_j_per_th: { kind: 'ratio', unit: 'J/TH' },
  miners_active: { kind: 'level', unit: 'miners', frame: 'miners_active' },
  miners_answering: { kind: 'level', unit: 'miners', frame: 'miners_answering' },
  miners_expected: { kind: 'ratio', unit: 'miners' },
  temp_supply_c: { kind: 'mean', unit: '°C', frame: 'temp_supply_c' },
  temp_return_c: { kind: 'mean', unit: '°C', frame: 'temp_return_c' },
  temp_chip_c: { kind: 'mean', unit: '°C' },
  temp_board_c: { kind: 'mean', unit: '°C' },
  flow_m3h: { kind: 'level', unit: 'm³/h', frame: 'flow_m3h' },
  pressure_supply_bar: { kind: 'mean', unit: 'bar', frame: 'pressure_supply_bar' },
  pressure_return_bar: { kind: 'mean', unit: 'bar', frame: 'pressure_return_bar' },
  load_pct: { kind: 'mean', unit: '%', scopes: ['transformer', 'project'] },
  energy_kwh: { kind: 'amount', unit: 'kWh' },
  energy_integrated_kwh: { kind: 'amount', unit: 'kWh' },
  hashes_eh: { kind: 'amount', unit: 'EH' },
  availability_ratio: { kind: 'ratio', unit: '1' },
  active_containers: { kind: 'level', unit: 'containers', scopes: ['project', 'global'] },
} as const satisfies Record<string, MetricDefinition>;

export type SeriesMetric = keyof typeof DEFINITIONS;
export const SERIES_METRICS = Object.keys(DEFINITIONS) as [SeriesMetric, ...SeriesMetric[]];

const definitionOf = (metric: SeriesMetric): MetricDefinition => DEFINITIONS[metric];

export const kindOf = (metric: SeriesMetric): Kind => definitionOf(metric).kind;
export const unitOf = (metric: SeriesMetric): string => definitionOf(metric).unit;
/** The column of a raw frame that holds the metric as one value; null where no frame does. */
export const frameColumnOf = (metric: SeriesMetric): string | null => definitionOf(metric).frame ?? null;

/**
 * `avg` is over the readings in a bucket, `last` the average of the newest row in it, `sum` what an amount adds up to,
 * `p95` the level that 95 % of the raw readings do not exceed.
 */
export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'last', 'p95'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** What is meant where nobody says which aggregate. */
export const naturalAggregateOf = (metric: SeriesMetric): 'avg' | 'sum' =>
  kindOf(metric) === 'amount' ? 'sum' : 'avg';

/** The metrics that a scope has: no container holds containers. */
export function metricsOf(scope: SeriesScope): [SeriesMetric, ...SeriesMetric[]] {
  const all = SERIES_METRICS.filter((metric) => definitionOf(metric).scopes?.includes(scope) ?? true);
  return all as [SeriesMetric, ...SeriesMetric[]];
}

/**
 * The aggregates that say something true. An amount has a sum and nothing else; a level has none, for it does not add up
 * over time. Of what is made of other quantities only the average is kept. The least and most of several members
 * together cannot be had from theirs, which they reach at different moments; of what is averaged over members they can,
 * and there the newest row of several is no one value. Percentiles do not add up: containers alone have them.
 *
 * @param together whether a series is made of several members' rows
 */
export function aggregatesOf(metric: SeriesMetric, scope: SeriesScope, together = scope === 'global'): Aggregate[] {
  const kind = kindOf(metric);
  if (kind === 'amount') return ['sum'];
  if (kind === 'ratio') return ['avg'];
  if (together) return kind === 'mean' ? ['avg', 'min', 'max'] : ['avg', 'last'];
  const percentiles: Aggregate[] = scope === 'container' && frameColumnOf(metric) !== null ? ['p95'] : [];
  return ['avg', 'min', 'max', 'last', ...percentiles];
}

/** One series wanted. */
export interface SeriesColumn {
  readonly metric: SeriesMetric;
  readonly agg: Aggregate;
}

/** The name of a series where each has a column of its own: the metric's, with the aggregate where it is not the natural one. */
export type ColumnName = SeriesMetric | `${SeriesMetric}_${Aggregate}`;

export function columnName({ metric, agg }: SeriesColumn): ColumnName {
  return agg === naturalAggregateOf(metric) ? metric : `${metric}_${agg}`;
}

/** Every column there may be, in order. */
export const COLUMN_NAMES: readonly ColumnName[] = SERIES_METRICS.flatMap((metric) => {
  const scope: SeriesScope = metricsOf('container').includes(metric) ? 'container' : 'project';
  return aggregatesOf(metric, scope).map((agg) => columnName({ metric, agg }));
});
