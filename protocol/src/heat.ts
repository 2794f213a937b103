/** What carries heat away. */
export interface Coolant {
  /** kg/m³ */
  readonly density: number;
  /** kJ/(kg K) */
  readonly heatCapacity: number;
}

/** At about 35 °C (NIST Chemistry WebBook, water at 0.1 MPa: 994.0 kg/m³, 4.178 kJ/(kg K)). */
export const WATER: Coolant = { density: 994, heatCapacity: 4.18 };

/** The heat that a flow carries away, kW: m³/h, and by how many K it comes back warmer. */
export function heatKwOf(flowM3h: number, kelvin: number, { density, heatCapacity }: Coolant = WATER): number {
  return ((flowM3h * density) / 3600) * heatCapacity * kelvin;
}
