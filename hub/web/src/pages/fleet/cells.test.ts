import { expect, it } from 'vitest';
import { Bitmap } from './bitmap.ts';
import { WHOLE } from './camera.ts';
import { drawCells, type Inks, spots } from './cells.ts';
import { PAINTS, SWATCHES } from './colours.ts';
import { modelOf } from './model.ts';
import { paintingOf, type Swatch } from './painting.ts';
import { planOf } from './plan.ts';
import { answered, fleetOf, QATAR } from './testing.ts';

const [GROUND, WELL, TEXT] = [1, 2, 3];
const inkOf = (swatch: Swatch): number => 100 + SWATCHES.indexOf(swatch);
const INKS: Inks = {
  of: Object.fromEntries(SWATCHES.map((swatch) => [swatch, inkOf(swatch)])) as Inks['of'],
  ground: GROUND,
  well: WELL,
  text: TEXT,
};
const SIZE = { width: 922, height: 600 };

function drawn(fleet = QATAR, camera = WHOLE, pixelRatio = 1) {
  const model = modelOf(fleet);
  const sight = { plan: planOf(model.containers, SIZE, pixelRatio), camera, size: SIZE, pixelRatio };
  const bitmap = new Bitmap(SIZE.width * pixelRatio, SIZE.height * pixelRatio);
  drawCells(bitmap, sight, paintingOf(model, 'status'), INKS);
  const spotOf = spots(sight);
  const at = (miner: number, x: number, y: number): number | undefined => {
    const spot = spotOf(miner);
    return spot === null ? undefined : bitmap.pixels[(spot.y + y) * bitmap.width + spot.x + x];
  };
  return { bitmap, at, spotOf };
}

it('every swatch has an ink of its own', () => {
  expect(new Set(SWATCHES).size).toBe(PAINTS.length + 6);
});

it('as many pixels are filled as all cells have', () => {
  const { bitmap } = drawn();
  // 4 px from cell to cell, of which one is a gap.
  expect(bitmap.pixels.filter((pixel) => pixel === inkOf('hashing'))).toHaveLength(17_864 * 9);
  expect(bitmap.pixels.filter((pixel) => pixel === GROUND)).toHaveLength(922 * 600 - 17_864 * 9);
});

const MIXED = fleetOf(
  answered('QATAR-C01', 6, {
    layout: null,
    miner_status: ['hashing', 'degraded', 'idle', 'offline', 'sleeping', 'unknown'],
  }),
);

it('each state differs by more than its colour', () => {
  const { at, spotOf } = drawn(MIXED);
  const width = spotOf(0)?.width ?? 0;
  const middle = Math.floor(width / 2);
  const quarter = Math.floor(width / 4);
  expect(width).toBeGreaterThan(14);
  expect([at(0, middle, middle), at(0, width - 1, 0)]).toEqual([inkOf('hashing'), inkOf('hashing')]);
  expect([at(1, middle, middle), at(1, width - 1, 0)]).toEqual([inkOf('degraded'), TEXT]);
  // Frames: a bar, a cross, a bar on another ground.
  expect([at(2, 0, 0), at(2, middle, middle), at(2, middle, quarter)]).toEqual([inkOf('idle'), inkOf('idle'), GROUND]);
  const inset = Math.round(width * 0.27);
  expect([at(3, inset, inset), at(3, middle, inset)]).toEqual([inkOf('offline'), GROUND]);
  expect(at(4, middle, quarter)).toBe(WELL);
  expect(at(5, middle, quarter)).toBe(GROUND);
});

it('near, only what is in sight is drawn, and larger', () => {
  const { spotOf } = drawn(QATAR, { scale: 4, x: -1200, y: -800 });
  expect(spotOf(0)).toBeNull();
  const seen = QATAR.containers
    .flatMap(({ position }, i) => position.map((_, j) => spotOf(i * 308 + j)))
    .filter(Boolean);
  expect(seen.length).toBeGreaterThan(500);
  expect(seen.length).toBeLessThan(17_864 / 8);
  expect(seen[0]?.width).toBe(14);
});

it('what lies outside of a bitmap is left out', () => {
  const bitmap = new Bitmap(4, 4);
  for (const [x, y] of [
    [-2, -2],
    [3, 3],
    [9, 0],
    [0, -9],
  ] as const)
    bitmap.fill({ x, y, width: 3, height: 3 }, 7);
  expect([...bitmap.pixels].map((pixel, i) => (pixel === 7 ? i : null)).filter((i) => i !== null)).toEqual([0, 15]);
});
