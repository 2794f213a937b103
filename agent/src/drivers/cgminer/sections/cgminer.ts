import type { PoolInUse } from '../../driver.ts';
import { type Board, label, type Observation, tellErrors } from '../observation.ts';
import { type Body, isBody } from '../reply.ts';
import { toCount, toNumber, toSensors } from '../scalars.ts';
import { rateIn } from './common.ts';

/** SUMMARY, DEVS, POOLS, VERSION, LCD: what all descendants of cgminer share. */

/** The windows of a "now" rate, shortest first: firmware differs in which it has. */
const WINDOWS = ['5s', '20s', '30s', '1m'];
const UNITS = [
  ['GHS', 1e-3],
  ['MHS', 1e-6],
  ['THS', 1],
] as const;

/** The rate under `GHS <window>` or `MHS <window>`, in TH/s; the first window that is there. */
function named(body: Body, windows: readonly string[], out: Observation): number | null {
  for (const window of windows) {
    for (const [name, unit] of UNITS) {
      const value = body[`${name} ${window}`];
      if (value !== undefined) return rateIn(unit, value, out);
    }
  }
  return null;
}

/** Reads SUMMARY[0], with the additions of Whatsminer (watts, temperatures, fans, MAC). */
export function readSummary(summary: Body, out: Observation): void {
  out.rate ??= named(summary, WINDOWS, out);
  out.rateAvg ??= named(summary, ['av'], out);
  out.rateExpected ??= rateIn(1e-3, summary['Factory GHS'], out) ?? rateIn(1e-6, summary['Target MHS'], out);
  out.uptime ??= toCount(summary.Elapsed);
  out.hwErrors ??= toCount(summary['Hardware Errors']);
  readShares(summary, out);
  out.power ??= toCount(summary.Power);
  out.chipTemps.push(...toSensors(toNumber(summary['Chip Temp Max'])));
  out.boardTemps.push(...toSensors(toNumber(summary.Temperature)));
  // In liquid it has no fans, and zeros in their place.
  out.fans ??= summary['Liquid Cooling'] === true ? [] : inAndOut(summary);
  out.mac ??= label(summary.MAC);
  out.firmware ??= unquoted(summary['Firmware Version']);
  if ('Factory GHS' in summary || 'HS RT' in summary) out.make ??= 'Whatsminer';
  readErrorCodes(summary, out);
}

/** Whatsminer counts its errors in `Error Code Count`, and gives each under `Error Code 0` and so on. */
function readErrorCodes(summary: Body, out: Observation): void {
  const count = toCount(summary['Error Code Count']);
  if (count === null) return;
  const codes = Array.from({ length: Math.min(count, 16) }, (_, i) => summary[`Error Code ${i}`] ?? null);
  tellErrors(out, codes);
  if (count > 0 && out.errors?.length === 0) tellErrors(out, [`${count} without a code`]);
}

function readShares(body: Body, out: Observation): void {
  out.accepted ??= toCount(body.Accepted);
  out.rejected ??= toCount(body.Rejected);
  out.stale ??= toCount(body.Stale);
}

function inAndOut(body: Body): number[] | null {
  const fans = [toCount(body['Fan Speed In']), toCount(body['Fan Speed Out'])].filter((fan) => fan !== null);
  return fans.length === 0 ? null : fans;
}

/** Whatsminer puts quotes inside the text: `"'20210322.22.REL'"`. */
export function unquoted(value: unknown): string | null {
  return label(value)?.replaceAll("'", '') ?? null;
}

/** The one "device" behind which a stock Antminer hides all its boards. */
const WHOLE_ANTMINER = 'BTM_SOC';
/** The device names under which DEVS lists hashboards: BOSminer and LUXminer, Whatsminer, Auradine. */
const BOARD_NAMES = new Set(['', 'SM', 'ASICBoard']);

/**
 * Reads DEVS. Rates and counts of several devices add up. A stock Antminer shows one device whose `MHS` keys hold
 * GH/s, and whose zeros (rate, errors, temperature) only mean that the field is not kept: they are no values.
 */
export function readDevs(devs: Body[], out: Observation): void {
  const whole = devs.length === 1 && devs[0]?.Name === WHOLE_ANTMINER;
  const add = (read: (dev: Body) => number | null): number | null => {
    let total: number | null = null;
    for (const dev of devs) total = orNull(total, read(dev));
    return whole && total === 0 ? null : total;
  };
  const scale = whole ? 1e3 : 1;
  const rate = (dev: Body, windows: readonly string[]): number | null => times(named(dev, windows, out), scale);
  out.rate ??= add((dev) => rate(dev, WINDOWS));
  out.rateAvg ??= add((dev) => rate(dev, ['av']));
  out.rateExpected ??= add((dev) => rateIn(1e-6, dev['Nominal MHS'], out));
  out.hwErrors ??= add((dev) => toCount(dev['Hardware Errors']));
  out.accepted ??= add((dev) => toCount(dev.Accepted));
  out.rejected ??= add((dev) => toCount(dev.Rejected));
  out.stale ??= add((dev) => toCount(dev.Stale));
  out.uptime ??= devs.reduce<number | null>((most, dev) => larger(most, toCount(dev['Device Elapsed'])), null);
  for (const dev of devs) {
    out.chipTemps.push(...toSensors(toNumber(dev['Chip Temp Max'])));
    out.boardTemps.push(...toSensors(toNumber(dev.Temperature)));
    out.fans ??= inAndOut(dev);
  }
  if (devs.length > 0 && devs.every((dev) => BOARD_NAMES.has(String(dev.Name)))) {
    if (out.boards !== null) return;
    out.boardSlots = devs.length;
    out.boards = devs.flatMap((dev, i) => (dev.Status === 'Alive' ? [boardOf(dev, i, out)] : []));
  }
}

/** A hashboard in DEVS. LUXminer lists its boards in another order than it numbers them (`ASC`). */
function boardOf(dev: Body, index: number, out: Observation): Board {
  const chip = toSensors(toNumber(dev['Chip Temp Max']));
  return {
    slot: toCount(dev.ASC) ?? index,
    rate: named(dev, WINDOWS, out),
    sensors: { ...(chip.length > 0 && { temp_chip: chip }), temp_pcb: toSensors(toNumber(dev.Temperature)) },
    hwErrors: toCount(dev['Hardware Errors']),
    frequency: toCount(dev['Chip Frequency']),
    chips: toCount(dev['Effective Chips']),
  };
}

const orNull = (a: number | null, b: number | null): number | null => (b === null ? a : (a ?? 0) + b);
const larger = (a: number | null, b: number | null): number | null => (b === null || (a !== null && a > b) ? a : b);
const times = (a: number | null, factor: number): number | null => (a === null ? null : a * factor);

/**
 * Reads POOLS of both styles. The pool in use is the one with `Stratum Active`; the newer style does not say, so
 * there it is the living pool of the first priority. Shares add up over all pools.
 */
export function readPools(pools: Body[], out: Observation): void {
  const newer = pools.some((pool) => 'url' in pool);
  const url = newer ? 'url' : 'URL';
  const inUse = pools.filter((pool) => {
    if (!newer) return pool['Stratum Active'] === true;
    return /^alive$/i.test(String(pool.status)) && pool[url] !== '';
  });
  inUse.sort((a, b) => priorityOf(a) - priorityOf(b));
  const pool = inUse[0];
  if (pool !== undefined)
    out.pool ??= toPool(pool[url], pool[newer ? 'user' : 'User'], pool[newer ? 'status' : 'Status']);
  const add = (key: string): number | null =>
    pools.reduce<number | null>((total, one) => orNull(total, toCount(one[newer ? key.toLowerCase() : key])), null);
  out.accepted ??= add('Accepted');
  out.rejected ??= add('Rejected');
  out.stale ??= add('Stale');
}

function priorityOf(pool: Body): number {
  return toNumber(pool.Priority ?? pool.priority) ?? Number.MAX_SAFE_INTEGER;
}

/** Stock S19 to S21 write `Deed` for Dead. */
function toPool(url: unknown, worker: unknown, state: unknown): PoolInUse {
  const said = label(state);
  return { url: label(url), worker: label(worker), state: said === 'Deed' ? 'Dead' : said };
}

/** Reads VERSION[0] of any make. The model of `stats`, when there is one, is the better (S19 against S19 Pro). */
export function readVersion(version: Body, out: Observation): void {
  out.type ??= label(version.Type) ?? label(version.PROD);
  out.firmware ??=
    label(version.Miner) ??
    label(version.LVERSION) ??
    label(version['BOSminer+']) ??
    label(version.LUXminer) ??
    label(version.GCMiner) ??
    out.program;
  out.mac ??= label(version.MAC);
  out.serial ??= label(version.DNA);
  out.make ??= makeOf(version);
}

/** Firmware for Antminers that a version block betrays: Hiveon by its build of BMMiner, VNish by how it spells a key. */
export function makeOf(version: Body): string | null {
  if (typeof version.BMMiner === 'string' && version.BMMiner.endsWith('rwglr')) return 'Hiveon';
  return 'Cgminer' in version ? 'VNish' : null;
}

/** Reads LCD[0]: a digest some firmware offers. */
export function readLcd(lcd: Body, out: Observation): void {
  out.rate ??= named(lcd, WINDOWS, out);
  out.rateAvg ??= named(lcd, ['av'], out);
  out.uptime ??= toCount(lcd.Elapsed);
  out.boardTemps.push(...toSensors(toNumber(lcd.Temperature)));
  if (isBody(lcd) && label(lcd['Current Pool']) !== null) out.pool ??= toPool(lcd['Current Pool'], lcd.User, null);
}
