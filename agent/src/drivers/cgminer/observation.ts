import { safeText } from '@hearst/protocol';
import type { DeviceErrorCode, PoolInUse } from '../driver.ts';
import type { Sensors } from './scalars.ts';

/** The names under which firmware lists a hashboard's sensors. `temp`, `temp2`: single hottest values of old firmware. */
export const SENSOR_LISTS = ['temp_pcb', 'temp_pic', 'temp_chip', 'temp', 'temp2'] as const;
export type SensorList = (typeof SENSOR_LISTS)[number];

/** One hashboard that was found. */
export interface Board {
  /** Its place among the chains as the firmware counts them, from 0. */
  slot: number;
  /** TH/s; null where the firmware gives none per board. */
  rate: number | null;
  sensors: Partial<Record<SensorList, Sensors>>;
  hwErrors: number | null;
  /** MHz. */
  frequency: number | null;
  /** Chips that work. */
  chips: number | null;
}

/**
 * What the replies of one miner say, before its definition gives them meaning. Readers of sections fill in only
 * what is still unknown, so the first reply read wins: `stats` before `summary` before the rest. That keeps a
 * value from jumping between two sources when a poll asks for more than the last one did.
 *
 * Rates are in TH/s by the unit the reply names, temperatures in degC, powers in W; null is unknown.
 */
export class Observation {
  /** The model's text, as `stats` gives it. */
  type: string | null = null;
  firmware: string | null = null;
  serial: string | null = null;
  mac: string | null = null;
  /** STATUS.Description: the program that answers. */
  program: string | null = null;
  /** The make or firmware that keys of its own betray, where no text names it. */
  make: string | null = null;

  rate: number | null = null;
  rateAvg: number | null = null;
  rateExpected: number | null = null;
  power: number | null = null;
  /** Whether the device says that its watts are computed and not measured. */
  powerComputed = false;
  /** J/TH. */
  efficiency: number | null = null;
  uptime: number | null = null;
  hwErrors: number | null = null;
  accepted: number | null = null;
  rejected: number | null = null;
  stale: number | null = null;

  /** rpm of each fan listed. */
  fans: number[] | null = null;
  /** The hashboards found; null when no reply speaks of them. */
  boards: Board[] | null = null;
  /** How many places for boards the firmware lists one by one, those of missing boards too; 0 where it does not. */
  boardSlots = 0;
  /** Temperatures the firmware itself calls chip and board. */
  chipTemps: Sensors = [];
  boardTemps: Sensors = [];
  /** Whether the device says that it was put to sleep; null when it says nothing about it. */
  asleep: boolean | null = null;
  pool: PoolInUse | null = null;
  /** What the device says is wrong with it, by its own codes; empty when it says nothing is, null when it does not say. */
  errors: string[] | null = null;

  /** Known malformations met on the way, by name. */
  readonly repaired = new Set<string>();
  /** Members of a joined reply that were refused. */
  readonly refused: { command: string; code: DeviceErrorCode }[] = [];
}

/** The most errors kept of one miner. */
const MAX_ERRORS = 16;

/** Adds to what is known of a device's errors; none given: it says that there are none. */
export function tellErrors(out: Observation, codes: readonly unknown[]): void {
  out.errors ??= [];
  for (const code of codes) {
    const text = label(code);
    if (text !== null && out.errors.length < MAX_ERRORS && !out.errors.includes(text)) out.errors.push(text);
  }
}

/** What `safeText` would leave as it is: most texts of most polls. */
const PLAIN = /^[!-~](?:[ -~]{0,126}[!-~])?$/;

/** A device's text for the fields above: safe to keep, null when nothing is left. */
export function label(value: unknown): string | null {
  return typeof value === 'string' && PLAIN.test(value) ? value : safeText(value);
}
