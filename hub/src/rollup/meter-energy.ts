import type { MeterReading } from '../db/queries/meter-readings.ts';

/** Energy that is spread evenly over a span, ms since 1970. */
export interface EnergyPiece {
  readonly from: number;
  readonly to: number;
  readonly kwh: number;
  /** Whether it is the integral of power, where the counter says nothing that can be believed. */
  readonly integrated: boolean;
}

const HOUR_MS = 3_600_000;
/** What a counter may be off by through its own steps, kWh. */
const GRAIN_KWH = 20;
/** A transformer carries this much more than it is rated for, and not for long. */
const OVERLOAD = 1.2;
/** How far a counter may be from the integral of power that was read, and for how much of the time it must have been. */
const TOLERANCE = 0.25;
const KNOWN_SHARE = 0.9;

/**
 * What one meter counted, piece by piece, from its readings in order of time. Between two counter readings it is their
 * difference. Where that is no energy (the counter was reset, rolled over or jumped, or a clock was wrong) and where there
 * is no pair, it is the integral of power: a reading stands until the next one when that comes within one and a half of
 * its intervals, else for one interval.
 */
export function meterEnergy(readings: readonly MeterReading[]): EnergyPiece[] {
  const power = readings.map((reading, i) => powerPiece(reading, readings[i + 1]));
  const pieces: EnergyPiece[] = [];
  let counter: { reading: MeterReading; index: number; kwh: number } | null = null;
  let told = 0;
  readings.forEach((reading, index) => {
    if (reading.counterKwh === null) return;
    const between = power.slice(told, index).filter((piece) => piece !== null);
    const kwh = counter === null ? null : reading.counterKwh - counter.kwh;
    if (counter !== null && kwh !== null && isBelieved(kwh, counter.reading, reading, between))
      pieces.push({ from: counter.reading.at, to: reading.at, kwh, integrated: false });
    else pieces.push(...between);
    counter = { reading, index, kwh: reading.counterKwh };
    told = index;
  });
  pieces.push(...power.slice(told).filter((piece) => piece !== null));
  return pieces;
}

function powerPiece(reading: MeterReading, next: MeterReading | undefined): EnergyPiece | null {
  if (reading.powerKw === null) return null;
  const { at, intervalS, powerKw } = reading;
  const to = next !== undefined && next.at <= at + intervalS * 1500 ? next.at : at + intervalS * 1000;
  return { from: at, to, kwh: (powerKw * (to - at)) / HOUR_MS, integrated: true };
}

function isBelieved(kwh: number, before: MeterReading, after: MeterReading, power: readonly EnergyPiece[]): boolean {
  const span = after.at - before.at;
  if (kwh < 0) return false;
  if (after.ratedKva !== null && kwh > (after.ratedKva * OVERLOAD * span) / HOUR_MS + GRAIN_KWH) return false;
  const known = power.reduce((sum, { from, to }) => sum + to - from, 0);
  if (known < KNOWN_SHARE * span) return true;
  const integral = power.reduce((sum, piece) => sum + piece.kwh, 0);
  return Math.abs(kwh - integral) <= TOLERANCE * Math.abs(integral) + GRAIN_KWH;
}
