import { difference } from '../activity/chain.ts';

/** What a change of `fields` does to a row, as the activity log tells it: only what differs; null where nothing does. */
export function changed<Row extends object>(row: Row, fields: Partial<Row>): ReturnType<typeof difference> {
  const before = Object.fromEntries(Object.keys(fields).map((key) => [key, row[key as keyof Row]]));
  return difference(before, { ...fields });
}
