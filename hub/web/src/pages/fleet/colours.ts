import type { Inks } from './cells.ts';
import { STATUSES, type Swatch } from './painting.ts';

/** What the styles say, in the theme there is. */
export interface Colours {
  readonly inks: Inks;
  /** As the styles write them, for names and hatches. */
  readonly css: Readonly<Record<Ink, string>>;
  readonly family: string;
}

export const PAINTS = [
  'd-3',
  'd-2',
  'd-1',
  'd0',
  'd1',
  'd2',
  'd3',
  'm1',
  'm2',
  'm3',
  'm4',
  'm5',
  'm6',
  'm7',
  'k1',
  'k2',
  'k3',
  'k4',
  'k5',
] as const;
export const SWATCHES: readonly Swatch[] = [...PAINTS, ...STATUSES];
/** Colours besides those of cells. */
export const INKS = ['ground', 'well', 'text', 'quiet', 'warning', 'critical', 'offline', 'maint'] as const;
type Ink = (typeof INKS)[number];

/** Reads them from an element with one child for each swatch and ink. */
export function coloursIn(probe: Element): Colours {
  const colour = (attribute: string, name: string): string => {
    const child = probe.querySelector(`[${attribute}="${name}"]`);
    return child === null ? 'transparent' : getComputedStyle(child).backgroundColor;
  };
  const css = Object.fromEntries(INKS.map((name) => [name, colour('data-ink', name)])) as Record<Ink, string>;
  const cells = SWATCHES.map((name) => colour('data-swatch', name));
  const [ground = 0, well = 0, text = 0, ...pixels] = pixelsOf([css.ground, css.well, css.text, ...cells]);
  const of = Object.fromEntries(SWATCHES.map((name, i) => [name, pixels[i] ?? 0])) as Inks['of'];
  return { inks: { of, ground, well, text }, css, family: getComputedStyle(probe).fontFamily };
}

/** A canvas knows every way of writing a colour. */
function pixelsOf(colours: readonly string[]): readonly number[] {
  const canvas = document.createElement('canvas');
  canvas.width = colours.length;
  canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (pen === null) return [];
  colours.forEach((colour, i) => {
    pen.fillStyle = colour;
    pen.fillRect(i, 0, 1, 1);
  });
  return [...new Uint32Array(pen.getImageData(0, 0, colours.length, 1).data.buffer)];
}
