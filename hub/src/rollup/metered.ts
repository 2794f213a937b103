import type { MeterReading } from '../db/queries/meter-readings.ts';
import type { MeteredBucket } from '../db/queries/rollup-members.ts';
import { meterEnergy } from './meter-energy.ts';
import { FINE_MS } from './stretches.ts';

interface MeterBucket {
  kwh: number;
  integratedKwh: number;
  /** For how much of the bucket there is energy, ms. */
  measuredMs: number;
  power: number[];
  load: number[];
}

/**
 * What the meters of transformers say of five-minute buckets, from all readings that bear on them, in order of meter and
 * time. Several meters of a transformer add up. Nothing after `now` has happened yet.
 */
export function meteredBuckets(
  readings: readonly MeterReading[],
  buckets: ReadonlySet<number>,
  now: number,
): MeteredBucket[] {
  const transformers = new Map<string, Map<number, MeterBucket[]>>();
  for (const [transformerId, meter] of metersOf(readings)) {
    const of = transformers.get(transformerId) ?? new Map<number, MeterBucket[]>();
    transformers.set(transformerId, of);
    for (const [at, bucket] of bucketsOf(meter, buckets, now)) of.set(at, [...(of.get(at) ?? []), bucket]);
  }
  return [...transformers].flatMap(([transformerId, of]) =>
    [...of].map(([at, meters]) => ({ transformerId, at, ...together(meters) })),
  );
}

function metersOf(readings: readonly MeterReading[]): [transformerId: string, readings: MeterReading[]][] {
  const meters = new Map<string, MeterReading[]>();
  for (const reading of readings) {
    const meter = meters.get(reading.meterId);
    if (meter) meter.push(reading);
    else meters.set(reading.meterId, [reading]);
  }
  return [...meters.values()].map((of) => [of[0]?.transformerId ?? '', of]);
}

function bucketsOf(
  readings: readonly MeterReading[],
  wanted: ReadonlySet<number>,
  now: number,
): Map<number, MeterBucket> {
  const buckets = new Map<number, MeterBucket>();
  const bucketAt = (at: number): MeterBucket | null => {
    if (!wanted.has(at)) return null;
    const bucket = buckets.get(at) ?? { kwh: 0, integratedKwh: 0, measuredMs: 0, power: [], load: [] };
    buckets.set(at, bucket);
    return bucket;
  };
  for (const { from, to, kwh, integrated } of meterEnergy(readings)) {
    const until = Math.min(to, now);
    for (let at = floor(from); at < until; at += FINE_MS) {
      const ms = Math.min(until, at + FINE_MS) - Math.max(from, at);
      const bucket = ms > 0 ? bucketAt(at) : null;
      if (bucket === null) continue;
      const share = (kwh * ms) / (to - from);
      bucket.kwh += share;
      if (integrated) bucket.integratedKwh += share;
      bucket.measuredMs += ms;
    }
  }
  for (const { at, powerKw, apparentKva, ratedKva } of readings) {
    const bucket = at < now ? bucketAt(floor(at)) : null;
    if (bucket === null) continue;
    if (powerKw !== null) bucket.power.push(powerKw);
    if (apparentKva !== null && ratedKva !== null && ratedKva > 0) bucket.load.push((100 * apparentKva) / ratedKva);
  }
  return buckets;
}

function together(meters: readonly MeterBucket[]): Omit<MeteredBucket, 'transformerId' | 'at'> {
  const measured = meters.filter(({ measuredMs }) => measuredMs > 0);
  const powers = meters.map(({ power }) => power).filter((power) => power.length > 0);
  const loads = meters.map(({ load }) => load).filter((load) => load.length > 0);
  const loadCount = longest(loads);
  const load = total(loads.map(averageOf));
  return {
    energyKwh: total(measured.map(({ kwh }) => kwh)),
    integratedKwh: total(measured.map(({ integratedKwh }) => integratedKwh)),
    measuredS: measured.length === 0 ? null : Math.max(...measured.map(({ measuredMs }) => measuredMs)) / 1000,
    powerKw: total(powers.map(averageOf)),
    powerCount: longest(powers),
    loadSum: load === null || loadCount === null ? null : load * loadCount,
    loadMin: total(loads.map((load) => Math.min(...load))),
    loadMax: total(loads.map((load) => Math.max(...load))),
    loadCount,
  };
}

/** Null where there is nothing to add up. */
function total(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function longest(lists: readonly (readonly number[])[]): number | null {
  return lists.length === 0 ? null : Math.max(...lists.map(({ length }) => length));
}

function floor(at: number): number {
  return Math.floor(at / FINE_MS) * FINE_MS;
}
