import { expect, it } from 'vitest';
import { held, moved, placeIn, seeing, shown, WHOLE, zoomed } from './camera.ts';

const SIZE = { width: 900, height: 600 };

it('what lies under the pointer stays there', () => {
  const at = { x: 300, y: 200 };
  const before = placeIn(WHOLE, at);
  const near = zoomed(WHOLE, 3, at, SIZE);
  expect(near.scale).toBe(3);
  expect(placeIn(near, at)).toEqual(before);
});

it('the picture never leaves its frame, nor is it smaller', () => {
  expect(held({ scale: 0.2, x: 50, y: 50 }, SIZE)).toEqual(WHOLE);
  expect(moved({ scale: 2, x: 0, y: 0 }, 100, 100, SIZE)).toEqual({ scale: 2, x: 0, y: 0 });
  expect(moved({ scale: 2, x: -900, y: -600 }, -100, -100, SIZE)).toEqual({ scale: 2, x: -900, y: -600 });
  expect(zoomed(WHOLE, 1_000, { x: 0, y: 0 }, SIZE).scale).toBe(16);
});

it('a part that is shown fills the frame', () => {
  const { scale, x, y } = shown({ x: 400, y: 300, width: 100, height: 50 }, SIZE);
  expect(scale).toBeCloseTo((900 - 48) / 100);
  expect([450 * scale + x, 325 * scale + y].map(Math.round)).toEqual([450, 300]);
});

it('a part in sight moves nothing, one out of sight as little as it takes', () => {
  const camera = { scale: 4, x: -400, y: -400 };
  expect(seeing(camera, { x: 200, y: 150, width: 4, height: 4 }, SIZE)).toEqual(camera);
  const after = seeing(camera, { x: 400, y: 150, width: 4, height: 4 }, SIZE);
  expect([after.x, after.y]).toEqual([900 - 24 - 404 * 4, -400]);
});
