import { asc, eq } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { electricity_prices } from '../schema.ts';

/** What electricity costs from the beginning of a day on, in the project's time zone, until the next price begins. */
export interface ElectricityPrice {
  /** `2026-01-01`. */
  readonly starts_on: string;
  readonly usd_per_kwh: number;
}

/** A project's prices, by the day they begin. */
export function electricityPrices(client: ClientBase, projectId: string): Promise<ElectricityPrice[]> {
  return on(client)
    .select({ starts_on: electricity_prices.starts_on, usd_per_kwh: electricity_prices.usd_per_kwh })
    .from(electricity_prices)
    .where(eq(electricity_prices.project_id, projectId))
    .orderBy(asc(electricity_prices.starts_on));
}

/** Makes these all the prices that a project has. */
export async function replaceElectricityPrices(
  client: ClientBase,
  projectId: string,
  prices: readonly ElectricityPrice[],
): Promise<void> {
  await on(client).delete(electricity_prices).where(eq(electricity_prices.project_id, projectId));
  if (prices.length === 0) return;
  await on(client)
    .insert(electricity_prices)
    .values(prices.map((price) => ({ project_id: projectId, ...price })));
}
