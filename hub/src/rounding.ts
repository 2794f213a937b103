/**
 * A figure to a thousandth, as the API tells it: without the dust of binary arithmetic (145372.75, not 145372.75000000003),
 * and such that whoever adds figures up arrives at the sums that are told.
 */
export function tidy(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
