/** What one unit of a device is worth in the catalogue's unit of the same quantity. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  bar: { bar: 1, MPa: 10, kPa: 0.01, mbar: 0.001, Pa: 0.00001, psi: 0.0689475729 },
  'm³/h': { 'm³/h': 1, 'm3/h': 1, 'l/min': 0.06, 'L/min': 0.06, 'l/s': 3.6, 'L/s': 3.6 },
  kW: { kW: 1, W: 0.001, MW: 1000 },
  kvar: { kvar: 1, var: 0.001, Mvar: 1000 },
  kVA: { kVA: 1, VA: 0.001, MVA: 1000 },
  kWh: { kWh: 1, Wh: 0.001, MWh: 1000 },
  A: { A: 1, mA: 0.001, kA: 1000 },
  V: { V: 1, mV: 0.001, kV: 1000 },
  Hz: { Hz: 1, mHz: 0.001 },
  '°C': { '°C': 1, degC: 1 },
  '%': { '%': 1 },
};

/** The factor from a device's unit to the catalogue's, or null where they do not measure the same. */
export function unitFactor(from: string, to: string): number | null {
  if (from === to) return 1;
  return FACTORS[to]?.[from] ?? null;
}

/** The units that can be turned into one of the catalogue. */
export function unitsFor(to: string): string[] {
  return Object.keys(FACTORS[to] ?? { [to]: 1 });
}
