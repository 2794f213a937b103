import { boundsOf, formatIpv4 } from '../config/addresses.ts';

/** IPv4 addresses as whole numbers, kept as ranges: a /8 costs no more than one address. */
export class AddressSet {
  /** Sorted, disjoint, both ends included. */
  readonly #ranges: readonly (readonly [first: number, last: number])[];
  readonly size: number;

  private constructor(ranges: readonly (readonly [number, number])[]) {
    this.#ranges = ranges;
    this.size = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  /**
   * The addresses of ranges and CIDRs (their network and broadcast address left out) and single ones, without the
   * excluded ones (network and broadcast address included). Throws AddressError.
   */
  static of(ranges: readonly string[], exclude: readonly string[] = [], single: readonly number[] = []): AddressSet {
    const wanted = merged([
      ...ranges.map((range): [number, number] => [boundsOf(range)[0], boundsOf(range)[1]]),
      ...single.map((address): [number, number] => [address, address]),
    ]);
    const unwanted = merged(
      exclude.map((range): [number, number] => [boundsOf(range, true)[0], boundsOf(range, true)[1]]),
    );
    return new AddressSet(wanted.flatMap((range) => without(range, unwanted)));
  }

  has(address: number): boolean {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]![1] < address) low = middle + 1;
      else high = middle;
    }
    return (this.#ranges[low]?.[0] ?? Number.POSITIVE_INFINITY) <= address;
  }

  /**
   * All addresses, `stride` apart and then those in between: neighbours usually share a switch and a container, and
   * none of these should get every request at once.
   */
  *spread(stride: number): Generator<number> {
    for (let from = 0; from < stride; from++) {
      let before = 0;
      let next = from;
      for (const [first, last] of this.#ranges) {
        const size = last - first + 1;
        for (; next < before + size; next += stride) yield first + next - before;
        before += size;
      }
    }
  }

  /** `10.20.0.1-10.20.3.254`, as the site file would write them. */
  texts(): string[] {
    return this.#ranges.map(([first, last]) =>
      first === last ? formatIpv4(first) : `${formatIpv4(first)}-${formatIpv4(last)}`,
    );
  }
}

function merged(ranges: [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** What is left of a range. */
function without([first, last]: [number, number], unwanted: readonly [number, number][]): [number, number][] {
  const left: [number, number][] = [];
  let from = first;
  for (const [a, b] of unwanted) {
    if (b < from || a > last) continue;
    if (a > from) left.push([from, a - 1]);
    from = b + 1;
  }
  if (from <= last) left.push([from, last]);
  return left;
}
