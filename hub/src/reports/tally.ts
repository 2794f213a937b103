import type { StretchRow, Told } from '../db/queries/report-rows.ts';
import { tidy } from '../rounding.ts';

/** Why hashrate was lost. */
export const CAUSES = ['offline', 'hot', 'transformer', 'maintenance', 'unknown'] as const;
export type Cause = (typeof CAUSES)[number];

/** What has been counted of a scope over a time. Null is unknown; what is known is added up beside it. */
export interface Tally {
  readonly energyKwh: number | null;
  /** How much of it is the integral of power, for want of a meter's counter. */
  readonly integratedKwh: number | null;
  readonly hashesEh: number | null;
  readonly hashrate: Told;
  readonly power: Told;
  /** Miner-time, seconds: known at all, hashing, and how much of both was excused. */
  readonly knownS: number | null;
  readonly activeS: number | null;
  readonly excusedKnownS: number;
  readonly excusedActiveS: number;
  /** Container-time, seconds: readings stand for it, of how much expected, and how much was excused. */
  readonly coveredS: number;
  readonly expectedS: number;
  readonly excusedS: number;
  /** TH/s times hours. */
  readonly lostThh: Readonly<Record<Cause, number | null>>;
  readonly costUsd: number | null;
}

/** What is known, added up; null where nothing is. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function joinTold(all: readonly Told[]): Told {
  const most = all.flatMap(({ max }) => max ?? []);
  return {
    sum: sumOf(all.map(({ sum }) => sum)),
    count: sumOf(all.map(({ count }) => count)),
    max: most.length === 0 ? null : Math.max(...most),
  };
}

/** Several days of a scope as one. */
export function joinTallies(days: readonly Tally[]): Tally {
  const total = (of: (day: Tally) => number | null) => tidy(sumOf(days.map(of)));
  const seconds = (of: (day: Tally) => number) => days.reduce((sum, day) => sum + of(day), 0);
  const lost = (cause: Cause) => total(({ lostThh }) => lostThh[cause]);
  const unpriced = days.some(({ energyKwh, costUsd }) => energyKwh !== null && costUsd === null);
  return {
    energyKwh: total(({ energyKwh }) => energyKwh),
    integratedKwh: total(({ integratedKwh }) => integratedKwh),
    hashesEh: total(({ hashesEh }) => hashesEh),
    hashrate: joinTold(days.map(({ hashrate }) => hashrate)),
    power: joinTold(days.map(({ power }) => power)),
    knownS: sumOf(days.map(({ knownS }) => knownS)),
    activeS: sumOf(days.map(({ activeS }) => activeS)),
    excusedKnownS: seconds(({ excusedKnownS }) => excusedKnownS),
    excusedActiveS: seconds(({ excusedActiveS }) => excusedActiveS),
    coveredS: seconds(({ coveredS }) => coveredS),
    expectedS: seconds(({ expectedS }) => expectedS),
    excusedS: seconds(({ excusedS }) => excusedS),
    lostThh: Object.fromEntries(CAUSES.map((cause) => [cause, lost(cause)])) as Record<Cause, number | null>,
    // A part of the bill is not the bill.
    costUsd: unpriced ? null : total(({ costUsd }) => costUsd),
  };
}

/** What the rows of a day say of energy and hashes, and what the energy cost at a price; of nothing else. */
export function amountsOf(row: StretchRow, usdPerKwh: number | null) {
  const energyKwh = tidy(row.amounts.energy_kwh);
  return {
    energyKwh,
    integratedKwh: tidy(row.amounts.energy_integrated_kwh),
    hashesEh: tidy(row.amounts.hashes_eh),
    hashrate: row.hashrate,
    power: row.power,
    knownS: row.amounts.miner_known_s,
    activeS: row.amounts.miner_active_s,
    costUsd: energyKwh === null || usdPerKwh === null ? null : tidy(energyKwh * usdPerKwh),
  };
}
