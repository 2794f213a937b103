import type { Container } from '../../api/containers.ts';

/** kJ/(kg K) of water. */
const HEAT_CAPACITY = 4.186;
const KG_PER_M3 = 1000;
const SECONDS_PER_HOUR = 3600;

/** Within these percents of the power the sensors of a loop cannot tell heat and power apart. */
export const AGREES = [97, 103] as const;

export interface Balance {
  readonly heatKw: number;
  readonly powerKw: number;
  /** Heat of power, %. */
  readonly share: number;
}

/**
 * The heat that the coolant carries away beside the electric power: as the agent tells it, which knows the coolant, else as
 * that of water. Null unless all of it is known.
 */
export function balanceOf({
  flow_m3h: flow,
  temp_supply_c: supply,
  temp_return_c: back,
  power_consumption_kw: powerKw,
  cooling,
}: Pick<
  Container,
  'cooling' | 'flow_m3h' | 'temp_supply_c' | 'temp_return_c' | 'power_consumption_kw'
>): Balance | null {
  if (powerKw === null || powerKw <= 0) return null;
  const ofWater =
    flow === null || supply === null || back === null
      ? null
      : ((flow * KG_PER_M3) / SECONDS_PER_HOUR) * HEAT_CAPACITY * (back - supply);
  const heatKw = cooling?.heat_kw ?? ofWater;
  if (heatKw === null) return null;
  return { heatKw, powerKw, share: (heatKw / powerKw) * 100 };
}

export function agrees({ share }: Balance): boolean {
  return share >= AGREES[0] && share <= AGREES[1];
}
