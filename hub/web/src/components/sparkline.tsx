const HEIGHT = 28;
const PAD = 3;

/** A small trend without axes. What is not known is a gap; fewer than two known values draw nothing. */
export function Sparkline({
  values,
  height = HEIGHT,
  area = false,
  leastSpan = 0,
}: {
  values: readonly (number | null)[];
  height?: number;
  area?: boolean;
  /** What its height stands for at least, so that a steady value is a steady line. */
  leastSpan?: number;
}) {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(high - low, leastSpan) || 1;
  const base = (low + high - span) / 2;
  const x = (i: number): number => (i / Math.max(1, values.length - 1)) * 100;
  const y = (value: number): number => height - PAD - ((value - base) / span) * (height - 2 * PAD);
  const strokes = known.length < 2 ? [] : stretches(values);
  const points = (from: number, part: readonly number[]): string =>
    part.map((value, i) => `${x(from + i).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
  const under = (from: number, part: readonly number[]): string =>
    `M${x(from).toFixed(1)} ${height}L${points(from, part)}L${x(from + part.length - 1).toFixed(1)} ${height}Z`;
  return (
    <svg
      className="spark"
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ blockSize: height }}
    >
      {area && <path className="a" d={strokes.map(([from, part]) => under(from, part)).join('')} />}
      <path d={strokes.map(([from, part]) => `M${points(from, part)}`).join('')} />
    </svg>
  );
}

/** Unbroken runs of known values, with where each begins. */
function stretches(values: readonly (number | null)[]): [from: number, part: number[]][] {
  const found: [number, number[]][] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last && last[0] + last[1].length === i) last[1].push(value);
    else found.push([i, [value]]);
  });
  return found;
}
