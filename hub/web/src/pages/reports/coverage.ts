/** A share of time with data in per cent, to a tenth, rounded down: only all of it is 100 %. */
export function coverageShown(ratio: number | null): number | null {
  // A millionth more, for what a tenth of a per cent is not quite in binary.
  return ratio === null ? null : Math.floor(ratio * 1000 + 1e-6) / 10;
}
