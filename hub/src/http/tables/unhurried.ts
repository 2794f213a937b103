import { setImmediate } from 'node:timers/promises';

/** Some milliseconds of work. */
const AT_ONCE = 500;

/** Rows that are gone through in one go, without holding up everything else in the process. */
export async function* unhurried<Row>(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    if (++count % AT_ONCE === 0) await setImmediate();
    yield row;
  }
}
