import { heatKwOf } from '@hearst/protocol/heat.ts';
import type { Container } from '../../api/containers.ts';

/** Within these percents of the power the sensors of a loop cannot tell heat and power apart. */
export const AGREES = [97, 103] as const;

type Told = Pick<Container, 'flow_m3h' | 'temp_supply_c' | 'temp_return_c' | 'power_consumption_kw' | 'cooling'>;

export interface Balance {
  readonly heatKw: number;
  readonly powerKw: number;
  /** Heat of power, %. */
  readonly share: number;
}

/**
 * The heat that the coolant carries away beside the electric power; null unless all of it is known. The agent works it out
 * with the coolant that is configured; of one that does not yet it is as if it were water.
 */
export function balanceOf({
  flow_m3h: flow,
  temp_supply_c: supply,
  temp_return_c: back,
  power_consumption_kw: powerKw,
  cooling,
}: Told): Balance | null {
  if (powerKw === null || powerKw <= 0) return null;
  const asWater = flow === null || supply === null || back === null ? null : heatKwOf(flow, back - supply);
  const told = cooling?.heat_kw;
  const heatKw = told === undefined ? asWater : told;
  if (heatKw === null) return null;
  return { heatKw, powerKw, share: (heatKw / powerKw) * 100 };
}

export function agrees({ share }: Balance): boolean {
  return share >= AGREES[0] && share <= AGREES[1];
}
