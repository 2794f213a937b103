import type { SeriesMetric } from '@hearst/hub/series/metrics.ts';
import type { Asking } from '../../api/http.ts';
import { type Range, rangeAsked } from '../../charts/range.ts';

/** What a project's figures over time are exported as. */

export const METRICS = [
  'hashrate_ths',
  'power_kw',
  'efficiency_j_per_th',
  'energy_kwh',
  'hashes_eh',
  'availability_ratio',
  'miners_active',
  'miners_expected',
  'active_containers',
  'temp_supply_c',
  'temp_return_c',
  'temp_chip_c',
  'flow_m3h',
  'pressure_supply_bar',
  'pressure_return_bar',
] as const satisfies readonly SeriesMetric[];
export type Metric = (typeof METRICS)[number];

export const STEPS = ['auto', '5m', '15m', '1h', '1d'] as const;
export const FORMATS = ['csv', 'xlsx', 'parquet', 'json'] as const;
export const GROUPS = ['none', 'container', 'transformer'] as const;

export interface ExportAsked {
  readonly projectId: string;
  readonly metrics: readonly Metric[];
  readonly range: Range;
  readonly step: (typeof STEPS)[number];
  readonly group: (typeof GROUPS)[number];
  readonly format: (typeof FORMATS)[number];
}

export const exportPath = ({ projectId }: Pick<ExportAsked, 'projectId'>): string =>
  `/api/metrics/project/${projectId}`;

/** The question to the API; metrics in the order of the list, whatever the order they were chosen in. */
export function exportQuery(
  { metrics, range, step, group, format }: ExportAsked,
  locale: 'en' | 'fr',
): NonNullable<Asking['query']> {
  return {
    ...rangeAsked(range),
    ...(step === 'auto' ? {} : { step }),
    metrics: METRICS.filter((metric) => metrics.includes(metric)).join(','),
    ...(group === 'none' ? {} : { group_by: group }),
    format,
    ...(format === 'csv' || format === 'xlsx' ? { locale } : {}),
  };
}
