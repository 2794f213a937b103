import type { StandingRow } from '../../db/queries/standing.ts';

/** Under this name the last price stands beside what the sources found: all hubs read it there, one of them asks for it. */
export const PRICE_ROW = 'bitcoin_price_reading';
/** No rule: what stands under it is a number and alerts of nothing. */
const NAME = 'bitcoin_price';

export function priceRow(price: number, at: Date): StandingRow {
  const own = { [NAME]: { since: +at, value: price } };
  const conditions = [{ target: { type: 'global', id: '' } as const, at: +at, own, unknown: [] }];
  return { source: PRICE_ROW, conditions, updatedAt: at };
}

export function priceIn({ conditions }: StandingRow): number | null {
  return conditions[0]?.own[NAME]?.value ?? null;
}
