import { STATUSES, type Swatch } from './painting.ts';

/** Colours as a canvas takes them. */
export interface Colours {
  readonly of: Readonly<Record<Swatch, string>>;
  readonly ground: string;
  readonly well: string;
  readonly text: string;
  readonly quiet: string;
  readonly warning: string;
  readonly critical: string;
  readonly offline: string;
  readonly maint: string;
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

/** Reads what the styles say, in the theme there is: from an element with one child for each swatch and ink. */
export function coloursIn(probe: Element): Colours {
  const colour = (attribute: string, name: string): string => {
    const child = probe.querySelector(`[${attribute}="${name}"]`);
    return child === null ? 'transparent' : getComputedStyle(child).backgroundColor;
  };
  const of = Object.fromEntries(SWATCHES.map((name) => [name, colour('data-swatch', name)]));
  const inks = Object.fromEntries(INKS.map((name) => [name, colour('data-ink', name)]));
  return {
    of: of as Colours['of'],
    ...(inks as Record<(typeof INKS)[number], string>),
    family: getComputedStyle(probe).fontFamily,
  };
}
