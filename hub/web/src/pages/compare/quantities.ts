import type { Container } from '../../api/containers.ts';
import type { Series } from '../../api/metrics.ts';
import type { Project } from '../../api/projects.ts';
import { hashrate, power } from '../../format.ts';

/** What things may be compared by; the first three unless the address says otherwise. */
export const QUANTITIES = [
  'hashrate',
  'efficiency',
  'supply',
  'power',
  'return',
  'chip',
  'flow',
  'miners',
  'availability',
] as const;
export type QuantityName = (typeof QUANTITIES)[number];
const USUAL = 3;

/** What is known of an item besides its figures. */
export type Known =
  | { readonly kind: 'project'; readonly of: Project }
  | { readonly kind: 'container'; readonly of: Container };

interface Quantity {
  readonly metric: Series['series'][number]['metric'];
  /** What it is in, so that values as large as this are short; and by how much the API's values are divided for it. */
  readonly unit: (largest: number | null) => { readonly unit: string; readonly divisor: number };
  /** Of differences, where that is another. */
  readonly differenceUnit?: string;
  readonly decimals: number;
  /** Whether a difference in percent says something: of temperatures it does not. */
  readonly isRatio: boolean;
  /** What an item is meant to have, in the API's unit; null where nothing says. Undefined: nothing is ever expected. */
  readonly expected?: (known: Known) => number | null;
  /** How much the axis spans at least, in the API's unit, or as a share of the largest value. */
  readonly leastSpan: { readonly of: number } | { readonly share: number };
}

const fixed =
  (unit: string, divisor = 1) =>
  (): { unit: string; divisor: number } => ({ unit, divisor });
const CELSIUS = { unit: fixed('°C'), differenceUnit: 'K', decimals: 1, isRatio: false, leastSpan: { of: 6 } } as const;
const HASHRATES: Readonly<Record<string, number>> = { 'EH/s': 1e6, 'PH/s': 1e3, 'TH/s': 1 };

export const QUANTITY: Readonly<Record<QuantityName, Quantity>> = {
  hashrate: {
    metric: 'hashrate_ths',
    unit: (largest) => {
      const { unit } = hashrate(largest);
      return { unit, divisor: HASHRATES[unit] ?? 1 };
    },
    decimals: 2,
    isRatio: true,
    expected: ({ kind, of }) =>
      kind === 'container' ? of.hashrate_expected_th : of.target_hashrate_eh && of.target_hashrate_eh * 1e6,
    leastSpan: { share: 0.05 },
  },
  efficiency: {
    metric: 'efficiency_j_per_th',
    unit: fixed('J/TH'),
    decimals: 2,
    isRatio: true,
    leastSpan: { of: 0.5 },
  },
  supply: { metric: 'temp_supply_c', ...CELSIUS },
  power: {
    metric: 'power_kw',
    unit: (largest) => {
      const { unit } = power(largest);
      return { unit, divisor: unit === 'MW' ? 1000 : 1 };
    },
    decimals: 2,
    isRatio: true,
    expected: ({ kind, of }) => (kind === 'container' ? null : of.target_power_mw && of.target_power_mw * 1000),
    leastSpan: { share: 0.05 },
  },
  return: { metric: 'temp_return_c', ...CELSIUS },
  chip: { metric: 'temp_chip_c', ...CELSIUS },
  flow: { metric: 'flow_m3h', unit: fixed('m³/h'), decimals: 1, isRatio: true, leastSpan: { share: 0.1 } },
  miners: {
    metric: 'miners_active',
    unit: fixed(''),
    decimals: 0,
    isRatio: true,
    expected: ({ kind, of }) => (kind === 'container' ? of.miners_expected : of.total_miners),
    leastSpan: { share: 0.05 },
  },
  availability: {
    metric: 'availability_ratio',
    unit: fixed('%', 0.01),
    differenceUnit: '%',
    decimals: 2,
    isRatio: false,
    leastSpan: { of: 0.02 },
  },
};

/** The quantities that an address names; the usual ones where it names none. */
export function quantitiesOf(text: string | undefined): readonly QuantityName[] {
  const wanted = (text ?? '').split(',');
  const found = QUANTITIES.filter((name) => wanted.includes(name));
  return found.length === 0 ? QUANTITIES.slice(0, USUAL) : found;
}

/** As they stand in the address; the usual ones need no words. */
export function quantitiesText(names: readonly QuantityName[]): string | undefined {
  const ordered = QUANTITIES.filter((name) => names.includes(name));
  return String(ordered) === String(QUANTITIES.slice(0, USUAL)) ? undefined : ordered.join(',');
}
