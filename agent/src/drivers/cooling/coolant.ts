import { type Coolant, WATER } from '@hearst/protocol';

/**
 * By name, at about 35 °C. Glycol is ethylene glycol in water, by volume; oil is the synthetic oil that immersion tanks
 * are filled with: makers' sheets lie between 780 and 850 kg/m³ and 2.0 and 2.3 kJ/(kg K), so that its own figures should
 * be configured.
 */
export const COOLANTS = {
  water: WATER,
  'glycol-30': { density: 1038, heatCapacity: 3.72 },
  'glycol-50': { density: 1064, heatCapacity: 3.4 },
  oil: { density: 810, heatCapacity: 2.15 },
} as const satisfies Record<string, Coolant>;

export const COOLANT_NAMES = Object.keys(COOLANTS) as (keyof typeof COOLANTS)[];
