import { readOracleValue } from '../../sim/oracle-log.ts';

/** The most that is counted of one reading. */
const MANY = 255;

/** How often each numbered reading was seen: a byte for each, since four hours of Qatar are 26 million. */
export class Tally {
  /** By miner, then by the number of its reply. */
  readonly #counts: Uint8Array[] = [];
  /** Different readings. */
  readings = 0;
  /** Of them those seen more than once. */
  repeated = 0;

  add(value: number): void {
    const { index, n } = readOracleValue(value);
    let counts = this.#counts[index] ?? new Uint8Array(256);
    if (n >= counts.length) {
      const longer = new Uint8Array(Math.max(n + 1, 2 * counts.length));
      longer.set(counts);
      counts = longer;
    }
    this.#counts[index] = counts;
    const before = counts[n] ?? 0;
    if (before === 0) this.readings++;
    if (before === 1) this.repeated++;
    counts[n] = Math.min(MANY, before + 1);
  }

  /** How many of these readings the other has not. */
  without(other: Tally): number {
    return this.#counts.reduce(
      (sum, counts, index) =>
        sum + counts.reduce((own, count, n) => own + (count > 0 && !other.#at(index, n) ? 1 : 0), 0),
      0,
    );
  }

  #at(index: number, n: number): boolean {
    return (this.#counts[index]?.[n] ?? 0) > 0;
  }
}
