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

/** The heat that the water carries away beside the electric power; null unless all of it is known. */
export function balanceOf({
  flow_m3h: flow,
  temp_supply_c: supply,
  temp_return_c: back,
  power_consumption_kw: powerKw,
}: Pick<Container, 'flow_m3h' | 'temp_supply_c' | 'temp_return_c' | 'power_consumption_kw'>): Balance | null {
  if (flow === null || supply === null || back === null || powerKw === null || powerKw <= 0) return null;
  const heatKw = ((flow * KG_PER_M3) / SECONDS_PER_HOUR) * HEAT_CAPACITY * (back - supply);
  return { heatKw, powerKw, share: (heatKw / powerKw) * 100 };
}

export function agrees({ share }: Balance): boolean {
  return share >= AGREES[0] && share <= AGREES[1];
}
