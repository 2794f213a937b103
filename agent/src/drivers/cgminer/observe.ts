import type { DeviceError } from '../driver.ts';
import type { Observation } from './observation.ts';
import { type Body, bodies, errorOf, isBody, statusOf } from './reply.ts';
import {
  isNewStyle,
  readClassicStats,
  readInfo,
  readNewStats,
  readNewSummary,
  readNewWarning,
} from './sections/antminer.ts';
import { avalonModules, readAvalon } from './sections/avalon.ts';
import { readDevs, readLcd, readPools, readSummary, readVersion } from './sections/cgminer.ts';
import {
  readAuradineFrequency,
  readAuradineMode,
  readAuradineTemperature,
  readConfig,
  readDevDetails,
  readFans,
  readPower,
  readTemps,
  readWhatsminer,
} from './sections/makers.ts';

/** The reader of each section that is a list of objects, by its name in the reply. Others hold no reading. */
const LISTS: Record<string, (list: Body[], out: Observation) => void> = {
  STATS: readStats,
  SUMMARY: (list, out) => first(list, readSummary, out),
  DEVS: readDevs,
  POOLS: readPools,
  VERSION: (list, out) => first(list, readVersion, out),
  LCD: (list, out) => first(list, readLcd, out),
  FANS: readFans,
  Fan: readFans,
  TEMPS: readTemps,
  Temperature: readAuradineTemperature,
  Frequency: readAuradineFrequency,
  POWER: readPower,
  PSU: readPower,
  Mode: (list, out) => first(list, readAuradineMode, out),
  CONFIG: (list, out) => first(list, readConfig, out),
  DEVDETAILS: (list, out) => first(list, readDevDetails, out),
};

/**
 * Adds what one reply says to what is known of a miner. Returns the error its STATUS stands for, or null. Of a
 * joined reply (one member per command) every member is read; those refused are listed in `out.refused`.
 */
export function observe(body: Body, out: Observation, address: string, command: string): DeviceError | null {
  const status = statusOf(body);
  if (status === null) {
    observeJoined(body, out, address);
    return null;
  }
  const error = errorOf(status, address, command);
  if (error !== null) return error;
  out.program ??= status.program;
  if (isNewStyle(body)) {
    if (isBody(body.INFO)) readInfo(body.INFO, out);
    if ('STATS' in body) readNewStats(body, out);
    if ('SUMMARY' in body) readNewSummary(body, out);
    if ('POOLS' in body) readPools(bodies(body.POOLS), out);
    if ('WARNING' in body) readNewWarning(body, out);
    return null;
  }
  for (const name in body) {
    if (Array.isArray(body[name]) && Object.hasOwn(LISTS, name)) LISTS[name]?.(bodies(body[name]), out);
  }
  readWhatsminer(body, out);
  return null;
}

/** Whether a body is a reply at all: it has a STATUS, or members that have one. */
export function isReply(body: Body): boolean {
  return statusOf(body) !== null || members(body).length > 0;
}

function observeJoined(body: Body, out: Observation, address: string): void {
  // Rates in `stats` come first, whatever the order they were asked in.
  const replies = members(body).sort((a, b) => Number(b.command === 'stats') - Number(a.command === 'stats'));
  for (const { command, reply } of replies) {
    const error = observe(reply, out, address, command);
    if (error !== null) out.refused.push({ command, code: error.code });
  }
}

function members(body: Body): { command: string; reply: Body }[] {
  return Object.entries(body).flatMap(([command, value]) => {
    const reply = Array.isArray(value) ? value[0] : null;
    return isBody(reply) && statusOf(reply) !== null ? [{ command, reply }] : [];
  });
}

/** Keys that only a miner's own stats have; cgminer lists its pools in STATS too. */
const STATS_KEYS = ['GHS 5s', 'MHS 5s', 'GHS av', 'MHS av', 'chain_acn1', 'chain_rate1', 'Mode'];

function readStats(list: Body[], out: Observation): void {
  const stats = list.find((item) => STATS_KEYS.some((key) => key in item));
  if (stats !== undefined) {
    readClassicStats(list[0] === stats ? undefined : list[0], stats, out);
    return;
  }
  const elapsed = list[0]?.Elapsed;
  if (typeof elapsed === 'number' && elapsed >= 0) out.uptime ??= elapsed;
  readAvalon(list.flatMap(avalonModules), out);
}

function first(list: Body[], read: (body: Body, out: Observation) => void, out: Observation): void {
  if (list[0] !== undefined) read(list[0], out);
}
