import type { ChartPanel, Coverage, Values } from './model.ts';

/** Neighbours that are alike: `from` to `to`, the latter outside. */
export interface Run<Kind> {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
}

export function runsOf<Kind>(count: number, kindOf: (i: number) => Kind): Run<Kind>[] {
  const runs: Run<Kind>[] = [];
  for (let i = 0; i < count; i++) {
    const kind = kindOf(i);
    const last = runs.at(-1);
    if (last !== undefined && last.kind === kind) runs[runs.length - 1] = { ...last, to: i + 1 };
    else runs.push({ kind, from: i, to: i + 1 });
  }
  return runs;
}

/** Where nothing at all is known. A last bucket that has no value yet is none: it is still being filled. */
export function gapsOf(count: number, panels: readonly ChartPanel[]): Run<true>[] {
  const lines = panels.flatMap((panel) => panel.lines);
  const isGap = (i: number): boolean => lines.every(({ values }) => (values[i] ?? null) === null);
  return runsOf(count, isGap).filter(
    (run): run is Run<true> => run.kind && !(run.to === count && run.to - run.from === 1),
  );
}

export type Covered = 'full' | 'part' | 'none';

export function coveredBy(coverage: Coverage | null | undefined): Covered {
  if (coverage == null || coverage.reporting === 0) return 'none';
  return coverage.reporting < coverage.expected ? 'part' : 'full';
}

/** The path of a line: unbroken where values follow on each other; a value between two gaps is a dot. */
export function pathOf(values: Values, x: (i: number) => number, y: (value: number) => number): string {
  let path = '';
  let drawing = false;
  for (const [i, value] of values.entries()) {
    if (value !== null) path += `${drawing ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    if (value !== null && !drawing && (values[i + 1] ?? null) === null) path += 'h.01';
    drawing = value !== null;
  }
  return path;
}

/** The area between two lines, a piece for each stretch in which both are known. */
export function areaOf(least: Values, most: Values, x: (i: number) => number, y: (value: number) => number): string {
  const isKnown = (i: number): boolean => (least[i] ?? null) !== null && (most[i] ?? null) !== null;
  return runsOf(least.length, isKnown)
    .filter(({ kind }) => kind)
    .map(({ from, to }) => {
      const along = (of: Values): string[] =>
        of.slice(from, to).map((value, k) => `${x(from + k).toFixed(1)} ${y(value ?? 0).toFixed(1)}`);
      return `M${[...along(most), ...along(least).reverse()].join('L')}Z`;
    })
    .join('');
}

/** The newest bucket in which any line has a value; null where none has. */
export function newestKnown(count: number, panels: readonly ChartPanel[]): number | null {
  for (let i = count - 1; i >= 0; i--)
    if (panels.some(({ lines }) => lines.some(({ values }) => (values[i] ?? null) !== null))) return i;
  return null;
}
