/** What the address says of the wall. */
export interface WallSearch {
  wall?: 1;
  /** Pages to go round, parted by commas. */
  rotate?: string;
  /** How long each of them stays, s. */
  every?: number;
}

const LEAST_S = 5;
const MOST_S = 3_600;
export const USUAL_S = 30;

export function wallSearch({ wall, rotate, every }: Record<string, unknown>): WallSearch {
  if (wall !== 1 && wall !== '1') return {};
  const seconds = Number(every);
  return {
    wall: 1,
    ...(typeof rotate === 'string' && pagesOf(rotate).length > 0 ? { rotate } : {}),
    ...(Number.isFinite(seconds) && seconds > 0 ? { every: Math.min(MOST_S, Math.max(LEAST_S, seconds)) } : {}),
  };
}

/** Pages that a wall shows: the overview, a project, a container; with what their own address may say. */
const SHOWN = /^\/(projects\/[\w-]+(\/containers\/[\w-]+)?)?(\?[^#]*)?$/;

export const pagesOf = (rotate: string | undefined): readonly string[] =>
  (rotate ?? '')
    .split(',')
    .map((page) => page.trim())
    .filter((page) => SHOWN.test(page));

export const isShownOnWall = (path: string): boolean => SHOWN.test(path);

/** The page after one; the first where that one is not among them. Null: there is none to go to. */
export function pageAfter(pages: readonly string[], path: string): string | null {
  const at = pages.findIndex((page) => pathOf(page) === path.toUpperCase());
  const next = pages[(at + 1) % pages.length];
  return next === undefined || pathOf(next) === path.toUpperCase() ? null : next;
}

/** Ids mean the same in small letters. */
const pathOf = (page: string): string => (page.split('?')[0] ?? page).toUpperCase();
