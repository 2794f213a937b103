import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeterReading } from '../db/queries/meter-readings.ts';
import { meterEnergy } from './meter-energy.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 5, 3);

/** One reading a minute at 3,000 kW: 50 kWh from each to the next. The counter travels with every fifth. */
function site(minutes: number, counterAt = (minute: number): number | null => 100_000 + minute * 50): MeterReading[] {
  return Array.from({ length: minutes + 1 }, (_, minute) => ({
    meterId: 'X-E01',
    transformerId: 'X-T01',
    ratedKva: 3750,
    at: START + minute * MINUTE,
    intervalS: 60,
    powerKw: 3000,
    apparentKva: null,
    counterKwh: minute % 5 === 0 ? counterAt(minute) : null,
  }));
}

function totals(readings: readonly MeterReading[]): { kwh: number; integrated: number } {
  const pieces = meterEnergy(readings).filter(({ from }) => from < (readings.at(-1)?.at ?? 0));
  const sum = (of: typeof pieces) => of.reduce((total, { kwh }) => total + kwh, 0);
  return { kwh: sum(pieces), integrated: sum(pieces.filter(({ integrated }) => integrated)) };
}

it('is what the counter went on by, from reading to reading', () => {
  expect(totals(site(60, (minute) => 100_000 + minute * 51))).toEqual({ kwh: 3060, integrated: 0 });
});

describe('is the integral of power, and says so,', () => {
  it.each([
    ['where the counter begins again at nothing', (minute: number) => (minute < 30 ? 100_000 : 0) + minute * 50],
    ['where it rolls over', (minute: number) => (999_000 + minute * 50) % 1_000_000],
    ['where it jumps', (minute: number) => (minute < 30 ? 0 : 5000) + minute * 50],
    [
      'where it jumps by less than the transformer could carry',
      (minute: number) => (minute < 30 ? 0 : 120) + minute * 50,
    ],
  ])('%s', (_, counter) => {
    const { kwh, integrated } = totals(site(60, counter));
    expect(kwh).toBeCloseTo(3000, 9);
    expect(integrated).toBeCloseTo(250, 9);
  });

  it('where there is no counter', () => {
    expect(totals(site(60, () => null)).integrated).toBeCloseTo(3000, 9);
  });

  it('while it stands still although power flows', () => {
    expect(totals(site(60, () => 7)).integrated).toBeCloseTo(3000, 9);
  });
});

it('is the counter across a silence, as far as the transformer could carry that', () => {
  const silent = site(600).filter((_, minute) => minute <= 10 || minute >= 500);
  expect(totals(silent)).toEqual({ kwh: 30_000, integrated: 0 });
  const absurd = silent.map((reading) => ({
    ...reading,
    counterKwh:
      reading.counterKwh === null || reading.at < START + 500 * MINUTE ? reading.counterKwh : reading.counterKwh + 1e6,
  }));
  expect(totals(absurd).kwh).toBeCloseTo(5550, 9);
});

it('is not more than was used while the clock of a site is an hour off', () => {
  const readings = site(240);
  const off = readings
    .map((reading, minute) =>
      minute > 60 && minute <= 90 ? { ...reading, at: reading.at + 60 * MINUTE + 1000 } : reading,
    )
    .sort((a, b) => a.at - b.at);
  const { kwh } = totals(off);
  expect(Math.abs(kwh - 12_000)).toBeLessThan(0.02 * 12_000);
});

it('covers no moment twice, and never turns backwards', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.integer({ min: 1, max: 10_000_000 }),
          fc.option(fc.double({ min: 0, max: 4000, noNaN: true }), { nil: null }),
          fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: null }),
        ),
        { maxLength: 30 },
      ),
      (steps) => {
        let at = START;
        const readings = steps.map(([step, powerKw, counterKwh]): MeterReading => {
          at += step;
          return { ...(site(0)[0] as MeterReading), at, powerKw, counterKwh };
        });
        let end = 0;
        for (const { from, to, kwh } of meterEnergy(readings)) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          expect(kwh).toBeGreaterThanOrEqual(0);
          end = to;
        }
      },
    ),
  );
});
