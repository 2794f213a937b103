import { listStanding } from '../../../db/queries/standing.ts';
import { PRICE_ROW, priceIn } from '../../price/reading.ts';
import { judged } from '../judged.ts';
import type { Source } from '../source.ts';
import { subjectOf } from '../subject.ts';

/** A price that is older is unknown. */
const STALE_MS = 15 * 60_000;

/**
 * Whether the price of bitcoin is beyond a bound, as the job last read it (`price/job.ts`).
 *
 * @param asked whether there is a source of prices at all
 */
export function priceSource(asked: boolean): Source {
  return {
    name: 'bitcoin_price',
    of: 'company',
    everyS: 60,
    async judge(client, projectId, rules, now) {
      if (!asked) return [];
      const row = (await listStanding(client, projectId)).find(({ source }) => source === PRICE_ROW);
      const price = row === undefined || +now - +row.updatedAt > STALE_MS ? null : priceIn(row);
      const readings = { bitcoin_price_low: price, bitcoin_price_high: price };
      return judged([{ target: subjectOf(projectId), readings }], rules, now);
    },
  };
}
