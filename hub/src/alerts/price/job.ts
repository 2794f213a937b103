import type { Pool } from 'pg';
import { withContext } from '../../db/client.ts';
import { storeStanding } from '../../db/queries/standing.ts';
import type { Job } from '../../jobs/jobs.ts';
import { COMPANY } from '../clock/subject.ts';
import { fetchPrice, type PricePlace } from './fetch-price.ts';
import { priceRow } from './reading.ts';

const EVERY_S = 300;

/**
 * Reads the price of bitcoin every five minutes, in no transaction, and keeps it. Where that fails the last one stays,
 * and is too old soon.
 *
 * @param options.pool role hearst_ingest
 */
export function priceJob({ pool, now }: { readonly pool: Pool; readonly now: () => number }, place: PricePlace): Job {
  return {
    name: 'bitcoin-price',
    everyS: EVERY_S,
    async run(signal) {
      const price = await fetchPrice(place, signal);
      await withContext(pool, { projectIds: [COMPANY] }, (client) =>
        storeStanding(client, COMPANY, [priceRow(price, new Date(now()))]),
      );
    },
  };
}
