/** As much of an element's place as moving by arrow keys takes. */
export interface Place {
  readonly left: number;
  readonly top: number;
}

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';
const DIRECTIONS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
export const isDirection = (key: string): key is Direction => DIRECTIONS.includes(key);

/**
 * Which element of a grid an arrow key leads to: left and right go through them in their order, up and down to the nearest
 * one of the next line, wherever lines break.
 */
export function neighbour(places: readonly Place[], from: number, direction: Direction): number {
  const last = places.length - 1;
  const here = places[from];
  if (here === undefined) return 0;
  switch (direction) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default: {
      const sign = direction === 'ArrowDown' ? 1 : -1;
      const beyond = places.map((place, i) => ({ place, i })).filter(({ place }) => (place.top - here.top) * sign > 1);
      const line = Math.min(...beyond.map(({ place }) => (place.top - here.top) * sign));
      const [nearest] = beyond
        .filter(({ place }) => (place.top - here.top) * sign < line + 1)
        .toSorted((a, b) => Math.abs(a.place.left - here.left) - Math.abs(b.place.left - here.left));
      return nearest?.i ?? from;
    }
  }
}
