import type { ReportFigures } from '../../api/reports.ts';
import { energy, hashrateHours, number, power, THIN, UNKNOWN } from '../../format.ts';
import { lostInAll } from './losses.ts';

/** A column of a report's table: one prefix and one number of decimals for all its lines. */
export interface Column {
  readonly key: 'energy' | 'hashes' | 'power' | 'peak' | 'efficiency' | 'availability' | 'unexcused' | 'lost' | 'cost';
  readonly unit: string;
  readonly show: (figures: ReportFigures) => string;
}

/** What a line's prefix stands for, as a divisor. */
const SIZES: Readonly<Record<string, number>> = { P: 1e3, E: 1e6 };

/**
 * @param like the lines by whose size prefixes are chosen
 * @param isFine whether the lines are small parts, which need more decimals
 */
export function columnsFor(like: readonly ReportFigures[], isFine: boolean): Column[] {
  const largest = (of: (figures: ReportFigures) => number | null): number =>
    Math.max(0, ...like.map((figures) => of(figures) ?? 0));
  const energyUnit = energy(largest((f) => f.energy_kwh)).unit;
  const powerUnit = power(largest((f) => f.power_kw_max)).unit;
  const lostUnit = hashrateHours(largest(lostInAll)).unit;
  const mega = (unit: string): number => (unit.startsWith('M') ? 1000 : 1);
  const over = (value: number | null, by: number, decimals: number): string =>
    number(value === null ? null : value / by, decimals);
  const share = (value: number | null): string => {
    const shown = number(value === null ? null : value * 100, 2);
    return shown === UNKNOWN ? shown : `${shown}${THIN}%`;
  };
  const powerDecimals = powerUnit === 'MW' ? (isFine ? 3 : 1) : 0;
  const columns: Column[] = [
    { key: 'energy', unit: energyUnit, show: (f) => over(f.energy_kwh, mega(energyUnit), isFine ? 2 : 1) },
    { key: 'hashes', unit: 'EH', show: (f) => number(f.hashes_eh, isFine ? 1 : 0) },
    { key: 'power', unit: powerUnit, show: (f) => over(f.power_kw, mega(powerUnit), powerDecimals) },
    { key: 'peak', unit: powerUnit, show: (f) => over(f.power_kw_max, mega(powerUnit), powerDecimals) },
    { key: 'efficiency', unit: 'J/TH', show: (f) => number(f.efficiency_j_per_th, 2) },
    { key: 'availability', unit: '', show: (f) => share(f.availability_ratio) },
    { key: 'unexcused', unit: '', show: (f) => share(f.availability_excused_ratio) },
    { key: 'lost', unit: lostUnit, show: (f) => over(lostInAll(f), SIZES[lostUnit.charAt(0)] ?? 1, 2) },
  ];
  // A column of dashes says nothing that the strip of figures has not said.
  if (like.some(({ cost_usd: cost }) => cost !== null))
    columns.push({ key: 'cost', unit: 'USD', show: (f) => number(f.cost_usd) });
  return columns;
}
