import { difference } from '../activity/chain.ts';
import {
  type ElectricityPrice,
  electricityPrices,
  replaceElectricityPrices,
} from '../db/queries/electricity-prices.ts';
import { lockProject } from '../db/queries/projects.ts';
import type { Change } from '../http/change.ts';
import { refuseArchived } from './archived.ts';

/**
 * Gives a project its prices, all of them: what is not sent is gone. Answers them by the day they begin.
 *
 * @param check is called with the prices as they stand, nobody else changing them; throws to refuse
 */
export async function setElectricityPrices(
  change: Change,
  projectId: string,
  sent: readonly ElectricityPrice[],
  check: (prices: readonly ElectricityPrice[]) => void,
): Promise<readonly ElectricityPrice[]> {
  const { client } = change;
  await refuseArchived(client, projectId);
  await lockProject(client, projectId);
  const before = await electricityPrices(client, projectId);
  check(before);
  const prices = sent.toSorted((a, b) => (a.starts_on < b.starts_on ? -1 : 1));
  const differs = difference({ prices: before }, { prices });
  if (differs === null) return before;
  await replaceElectricityPrices(client, projectId, prices);
  const target = { type: 'project', id: projectId };
  await change.record({ project: projectId, action: 'electricity_prices.update', target, ...differs });
  return prices;
}

/** What a kWh costs on a day of the project's time zone (`2026-11-23`), USD; null before the first price begins. */
export function priceOn(prices: readonly ElectricityPrice[], day: string): number | null {
  return prices.findLast(({ starts_on }) => starts_on <= day)?.usd_per_kwh ?? null;
}
