/** Splits by time so that each id stands at most once in a wave, the older ones first. */
export function wavesOf<T>(entries: readonly T[], idOf: (entry: T) => string, atOf: (entry: T) => number): T[][] {
  const waves: T[][] = [];
  const seen = new Map<string, number>();
  for (const entry of [...entries].sort((a, b) => atOf(a) - atOf(b))) {
    const id = idOf(entry);
    const number = seen.get(id) ?? 0;
    seen.set(id, number + 1);
    const wave = waves[number];
    if (wave) wave.push(entry);
    else waves.push([entry]);
  }
  return waves;
}
