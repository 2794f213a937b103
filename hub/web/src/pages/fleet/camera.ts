import type { Rect } from './plan.ts';

/** Which part of the picture is seen: a place of it lies at `place * scale + offset`. */
export interface Camera {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const WHOLE: Camera = { scale: 1, x: 0, y: 0 };
/** A cell of 4 px is then 64 px. */
const MOST = 16;
/** Left free around what is shown on purpose. */
const MARGIN = 24;

/** The same, never smaller than the whole and never beside it. */
export function held({ scale, x, y }: Camera, { width, height }: Size): Camera {
  const within = Math.min(MOST, Math.max(1, scale));
  const side = (offset: number, size: number): number => Math.min(0, Math.max(size * (1 - within), offset));
  return { scale: within, x: side(x, width), y: side(y, height) };
}

/** Nearer or further, what lies at a place of the screen staying there. */
export function zoomed(camera: Camera, by: number, at: { readonly x: number; readonly y: number }, size: Size): Camera {
  const scale = Math.min(MOST, Math.max(1, camera.scale * by));
  const grown = scale / camera.scale;
  return held({ scale, x: at.x - (at.x - camera.x) * grown, y: at.y - (at.y - camera.y) * grown }, size);
}

export const moved = (camera: Camera, x: number, y: number, size: Size): Camera =>
  held({ ...camera, x: camera.x + x, y: camera.y + y }, size);

/** So near that a part fills the picture. */
export function shown({ x, y, width, height }: Rect, size: Size): Camera {
  const scale = Math.min((size.width - 2 * MARGIN) / width, (size.height - 2 * MARGIN) / height, MOST);
  const middle = { x: x + width / 2, y: y + height / 2 };
  return held({ scale, x: size.width / 2 - middle.x * scale, y: size.height / 2 - middle.y * scale }, size);
}

/** Moved as little as it takes for a part to be seen. */
export function seeing(camera: Camera, { x, y, width, height }: Rect, size: Size): Camera {
  const along = (offset: number, from: number, length: number, room: number): number => {
    const [start, end] = [from * camera.scale + offset, (from + length) * camera.scale + offset];
    if (start < MARGIN) return offset + MARGIN - start;
    return end > room - MARGIN ? offset - (end - room + MARGIN) : offset;
  };
  return held(
    { ...camera, x: along(camera.x, x, width, size.width), y: along(camera.y, y, height, size.height) },
    size,
  );
}

/** Where a place of the screen lies on the picture. */
export function placeIn(camera: Camera, at: { readonly x: number; readonly y: number }) {
  return { x: (at.x - camera.x) / camera.scale, y: (at.y - camera.y) / camera.scale };
}
