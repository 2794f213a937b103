import {
  type ContainerFrame,
  heatKwOf,
  type MetricName,
  MINER_STATUSES,
  metricNames,
  type Values,
} from '@hearst/protocol';
import type { ContainerSummary } from '../../ingest/summarize.ts';
import type { AlertRule } from '../rule.ts';
import type { MinerJudgement } from './miners.ts';
import { numberOption, type Reading } from './zone.ts';

/** What of a summed up frame its readings are taken from. */
export type SummaryRead = Pick<
  ContainerSummary,
  'minersTotal' | 'minersAnswering' | 'powerKw' | 'coolingAnswered' | 'offline'
>;

/** What a container's readings are taken from. */
export interface ContainerSource {
  readonly frame: ContainerFrame;
  readonly summary: SummaryRead;
  readonly miners: MinerJudgement;
}

type Read = (source: ContainerSource, rule: AlertRule) => Reading;

/** Readings that are worked out. Every other name is that of a value of the cooling loop; flags are true or false. */
const COMPUTED: Readonly<Record<string, Read>> = {
  offline: ({ summary }) => summary.offline,
  /** Where there is no controller none is missed. */
  cooling_silent: ({ summary }) => summary.coolingAnswered === false,
  pump_stopped: ({ frame }) => pumpStopped(frame.cooling),
  cooling_faults: ({ frame }) => faults(frame.cooling),
  delta_t_k: ({ frame }) => deltaT(frame.cooling),
  flow_per_miner_lpm: ({ frame }) => perMiner(frame),
  pressure_outside_bar: ({ frame }, rule) => outside(frame.cooling?.pressure_supply_bar, rule),
  heat_balance_pct: ({ frame, summary }, rule) => heatBalance(frame.cooling, summary.powerKw, rule),
  hashrate_pct: ({ frame }) => hashratePct(frame),
  share_silent_pct: ({ summary }) => percent(summary.minersTotal - summary.minersAnswering, summary.minersTotal),
  share_hot_pct: sharePct,
  share_slow_pct: sharePct,
  share_elsewhere_pct: sharePct,
};

/** One reading of a container by its name; null where the frame does not tell it. */
export function containerReading(source: ContainerSource, rule: AlertRule): Reading {
  if (Object.hasOwn(COMPUTED, rule.reading)) return COMPUTED[rule.reading]?.(source, rule) ?? null;
  const value = source.frame.cooling?.[rule.reading as MetricName] ?? null;
  return rule.when === 'is' && value !== null ? value > 0 : value;
}

/** How many miners a share is made of, for rules that ask for a least number; null for other readings. */
export function countBehind(source: ContainerSource, rule: AlertRule): number | null {
  if (rule.reading === 'share_silent_pct') return source.summary.minersTotal - source.summary.minersAnswering;
  return rule.reading.startsWith('share_') ? (raisedMiners(source, rule)?.size ?? null) : null;
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? (part / whole) * 100 : null;
}

function sharePct(source: ContainerSource, rule: AlertRule): number | null {
  const raised = raisedMiners(source, rule);
  return raised && percent(raised.size, source.summary.minersAnswering);
}

/** Positions at which one of the rules named in `options.of` is true right now; null when none of these is known. */
function raisedMiners({ miners }: ContainerSource, { options }: AlertRule): Set<number> | null {
  const raised = new Set<number>();
  let known = false;
  for (const id of Array.isArray(options.of) ? options.of : []) {
    const found = miners.get(id);
    if (!found) continue;
    known = true;
    for (const [position, zone] of found) if (zone === 'raise') raised.add(position);
  }
  return known ? raised : null;
}

/** By the flag that says it runs, or by its fault; a fault alone that is not raised says nothing of a pump at rest. */
function pumpStopped(cooling: Values | null): boolean | null {
  const running = cooling?.pump_circulating ?? null;
  const fault = cooling?.fault_pump_circulating ?? null;
  if (running === 0 || fault === 1) return true;
  return running === null ? null : false;
}

/** Flags that rules of their own are about. */
const OWN_RULE: readonly MetricName[] = ['fault_pump_circulating', 'fault_leak', 'fault_level_low'];
/** Alarms that rules judge by the number behind them: they count where that number is unknown. */
const BY_NUMBER: Readonly<Partial<Record<MetricName, MetricName>>> = {
  alarm_temp_supply_high: 'temp_supply_c',
  alarm_temp_supply_too_high: 'temp_supply_c',
  alarm_pressure_supply_high: 'pressure_supply_bar',
  alarm_pressure_return_low: 'pressure_return_bar',
  alarm_flow_low: 'flow_m3h',
};
const FLAGS = metricNames('cooling').filter((name) => /^(fault|alarm)_/.test(name) && !OWN_RULE.includes(name));

function faults(cooling: Values | null): number | null {
  if (cooling === null) return null;
  let count = 0;
  let known = false;
  for (const name of FLAGS) {
    const flag = cooling[name];
    if (flag === null || flag === undefined) continue;
    known = true;
    const number = BY_NUMBER[name];
    if (flag > 0 && (number === undefined || typeof cooling[number] !== 'number')) count++;
  }
  return known ? count : null;
}

function deltaT(cooling: Values | null): number | null {
  const { temp_supply_c: supply = null, temp_return_c: back = null } = cooling ?? {};
  return supply === null || back === null ? null : back - supply;
}

function perMiner({ cooling, positions }: ContainerFrame): number | null {
  const flow = cooling?.flow_m3h ?? null;
  return flow === null || positions.length === 0 ? null : (flow * 1000) / 60 / positions.length;
}

/** How far outside of the rule's band; inside it is negative. */
function outside(value: number | null | undefined, rule: AlertRule): number | null {
  if (value === null || value === undefined) return null;
  return Math.max(numberOption(rule, 'low_bar', -Infinity) - value, value - numberOption(rule, 'high_bar', Infinity));
}

/** By how much the heat that the coolant carries away differs from the electric power, of the latter. */
function heatBalance(cooling: Values | null, powerKw: number | null, rule: AlertRule): number | null {
  const heatKw = heatOf(cooling);
  if (heatKw === null || powerKw === null) return null;
  if (powerKw < numberOption(rule, 'at_least_kw', 1)) return null;
  return (Math.abs(heatKw - powerKw) / powerKw) * 100;
}

/** The agent works it out, with the coolant that is configured; of one that does not yet, as if it were water. */
function heatOf(cooling: Values | null): number | null {
  if (cooling?.heat_kw !== undefined) return cooling.heat_kw;
  const flow = cooling?.flow_m3h ?? null;
  const kelvin = deltaT(cooling);
  return flow === null || kelvin === null ? null : heatKwOf(flow, kelvin);
}

/** By status code: whether it answers and is meant to hash. */
const AT_WORK = MINER_STATUSES.map((status) => ['hashing', 'degraded', 'idle'].includes(status));

/** Of what is expected of the miners that answer and were not put to sleep, as far as both numbers are known. */
function hashratePct({ columns, status }: ContainerFrame): number | null {
  const { hashrate_ths: rates, hashrate_expected_ths: expected } = columns;
  if (!rates || !expected) return null;
  let sum = 0;
  let whole = 0;
  for (let i = 0; i < status.length; i++) {
    const rate = rates[i];
    const asked = expected[i];
    if (!AT_WORK[status[i] as number] || typeof rate !== 'number' || typeof asked !== 'number') continue;
    sum += rate;
    whole += asked;
  }
  return percent(sum, whole);
}
