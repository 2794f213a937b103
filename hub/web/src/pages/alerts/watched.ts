import { heatKwOf } from '@hearst/protocol/heat.ts';
import type { AlertRule } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import type { Values } from '../../charts/model.ts';
import { limitOf } from '../../components/alert-words.ts';

/** How the values of a metric are had from an answer. */
type Told = (metric: string, agg?: 'avg' | 'min' | 'max') => Values;

/** What a rule looks at, as it is drawn over time: a metric of the target, or what the hub makes of several the same way. */
export interface Watched {
  /** Its text's name in the catalogue. */
  readonly name: Name;
  readonly unit: string;
  readonly metrics: readonly string[];
  readonly values: (told: Told) => Values;
  /** Whether the least and the most within a bucket are told too: an average hides what was short. */
  readonly hasExtremes: boolean;
  readonly decimals: number;
  readonly leastSpan: number;
  /** Whether it is measured as the rule measures it, so that the rule's limit can be drawn. */
  readonly isCompared: boolean;
}

type Name =
  | ('supply' | 'return' | 'delta' | 'flow' | 'flowPerMiner' | 'pressureSupply' | 'pressureReturn' | 'balance')
  | ('silent' | 'answering' | 'hashrate' | 'share' | 'boards' | 'chip' | 'board' | 'inlet' | 'outlet')
  | ('power' | 'load' | 'efficiency');

const LITRES_PER_MINUTE = 1000 / 60;

/**
 * By what stands in a rule: its target, and its reading there. A rule that only says that something is so is drawn by what
 * shows it: a pump that stands still by the flow. What no series tells is not here.
 */
const WATCHED: Readonly<Record<string, Watched>> = {
  'container temp_supply_c': own('supply', '°C', 'temp_supply_c', { leastSpan: 4 }),
  'container temp_return_c': own('return', '°C', 'temp_return_c', { leastSpan: 4 }),
  'container pressure_return_bar': own('pressureReturn', 'bar', 'pressure_return_bar', { decimals: 2 }),
  'container pressure_outside_bar': own('pressureSupply', 'bar', 'pressure_supply_bar', { decimals: 2 }),
  'container delta_t_k': made('delta', 'K', ['temp_return_c', 'temp_supply_c'], (back, supply) => back - supply),
  'container flow_per_miner_lpm': made('flowPerMiner', 'L/min', ['flow_m3h', 'miners_expected'], (flow, miners) =>
    miners > 0 ? (flow * LITRES_PER_MINUTE) / miners : null,
  ),
  'container heat_balance_pct': made(
    ...(['balance', '%', ['flow_m3h', 'temp_return_c', 'temp_supply_c', 'power_kw']] as const),
    (flow, back, supply, powerKw) => {
      const heatKw = heatKwOf(flow, back - supply);
      return powerKw > 1 ? (Math.abs(heatKw - powerKw) / powerKw) * 100 : null;
    },
  ),
  'container share_silent_pct': made('silent', '%', ['miners_answering', 'miners_expected'], (answering, expected) =>
    expected > 0 ? Math.max(0, 1 - answering / expected) * 100 : null,
  ),
  'container hashrate_pct': inThousands('hashrate', 'PH/s', 'hashrate_ths'),
  'container offline': shown('answering', '', 'miners_answering', 0),
  'container pump_stopped': shown('flow', 'm³/h', 'flow_m3h', 1),
  'miner offline': shown('hashrate', 'TH/s', 'hashrate_ths', 0),
  'miner hashrate_pct': made('share', '%', ['hashrate_ths', 'hashrate_expected_ths'], (rate, expected) =>
    expected > 0 ? (rate / expected) * 100 : null,
  ),
  'miner boards_missing': shown('boards', '', 'boards_active', 0),
  'miner temp_chip_c': own('chip', '°C', 'temp_chip_c', { leastSpan: 8 }),
  'miner temp_board_c': own('board', '°C', 'temp_board_c', { leastSpan: 8 }),
  'miner temp_inlet_c': own('inlet', '°C', 'temp_inlet_c', { leastSpan: 8 }),
  'miner temp_outlet_c': own('outlet', '°C', 'temp_outlet_c', { leastSpan: 8 }),
  'transformer load_pct': own('load', '%', 'load_pct', { leastSpan: 10 }),
  'transformer de_energised': shown('power', 'kW', 'power_kw', 0),
  'project power_over_limit_pct': inThousands('power', 'MW', 'power_kw'),
  'project efficiency_drift_pct': {
    ...shown('efficiency', 'J/TH', 'efficiency_j_per_th', 1),
    // Of what is made of other quantities the hub has averages alone.
    hasExtremes: false,
  },
};

/** What a rule looks at; null where no series tells it. */
export function watchedBy(rule: Pick<AlertRule, 'target_type' | 'reading'>): Watched | null {
  const key = `${rule.target_type} ${rule.reading}`;
  return Object.hasOwn(WATCHED, key) ? (WATCHED[key] ?? null) : null;
}

/** Where the limits are drawn: those that held for the alert; a band has two. */
export function limitsDrawn(watched: Watched, alert: Pick<Alert, 'threshold'>, rule: AlertRule): readonly number[] {
  if (!watched.isCompared) return [];
  const limit = limitOf(alert, rule);
  if (limit === null) return [];
  return limit.kind === 'band' ? [limit.low, limit.high] : [limit.value];
}

interface Drawn {
  readonly decimals?: number;
  readonly leastSpan?: number;
}

/** A metric that the rule compares. */
function own(name: Name, unit: string, metric: string, { decimals = 1, leastSpan = 1 }: Drawn = {}): Watched {
  const values = (told: Told): Values => told(metric);
  return { name, unit, metrics: [metric], values, hasExtremes: true, decimals, leastSpan, isCompared: true };
}

/** A metric that shows what the rule says, without being what it compares. */
function shown(name: Name, unit: string, metric: string, decimals: number): Watched {
  return { ...own(name, unit, metric, { decimals }), isCompared: false };
}

function inThousands(name: Name, unit: string, metric: string): Watched {
  return { ...made(name, unit, [metric], (value) => value / 1000), isCompared: false };
}

/** What the rule compares, made of several metrics; unknown where any of them is. */
function made(
  name: Name,
  unit: string,
  metrics: readonly string[],
  of: (...values: number[]) => number | null,
): Watched {
  const values = (told: Told): Values => {
    const [first = [], ...others] = metrics.map((metric) => told(metric));
    return first.map((value, i) => {
      const all = [value, ...others.map((each) => each[i] ?? null)];
      return all.includes(null) ? null : of(...(all as number[]));
    });
  };
  const leastSpan = unit === '%' ? 10 : 1;
  return { name, unit, metrics, values, hasExtremes: false, decimals: 1, leastSpan, isCompared: true };
}
