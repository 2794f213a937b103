import type { ChartPanel } from '../../charts/model.ts';
import type { Measured } from './measured.ts';

/** As many colours as series have: of more things than that each has a chart of its own. */
export const COLOURS = ['--s1', '--s2', '--s3'] as const;

interface Words {
  readonly title: (measured: Measured) => string;
  /** What a line is called: by the thing where several share a panel, by the quantity where each has its own. */
  readonly line: (measured: Measured, label: string) => string;
  /** Of the time before, `C03, a week before`. */
  readonly before: (line: string) => string;
}

/** The panels of some of the items, a colour each; `before` thin and dashed. */
export function panelsOf(
  measured: readonly Measured[],
  which: readonly number[],
  words: Words,
  height?: number,
): ChartPanel[] {
  return measured.map((quantity) => ({
    title: words.title(quantity),
    unit: quantity.unit,
    decimals: quantity.decimals,
    leastSpan: quantity.leastSpan,
    ...(height === undefined ? {} : { height }),
    ...holdsOf(quantity),
    lines: which.flatMap((i, place) => {
      const track = quantity.tracks[i];
      const colour = COLOURS[place % COLOURS.length] ?? COLOURS[0];
      if (track === undefined) return [];
      const label = words.line(quantity, track.label);
      const line = { label, values: track.now, colour };
      const { before } = track;
      return before === null ? [line] : [line, { ...line, label: words.before(label), values: before, thin: true }];
    }),
  }));
}

/** From the least to the most of all items: every chart of a quantity has the same axis. */
function holdsOf({ tracks }: Measured): Pick<ChartPanel, 'holds'> {
  const values = tracks.flatMap(({ now, before }) => [...now, ...(before ?? [])]).filter((value) => value !== null);
  if (values.length === 0) return {};
  return { holds: [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] };
}
