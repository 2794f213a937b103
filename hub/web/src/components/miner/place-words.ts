import type { TFunction } from 'i18next';
import type { Axis, Place, Side } from './grid.ts';

/** Where a miner is, in words: as somebody finds it who stands in the container. */
export function placeText(t: TFunction, position: number, place: Place | null): string {
  if (place === null) return t('container.placeUnknown', { position });
  const { row, column, side } = place;
  return side.name === null
    ? t('container.placeOfOne', { row, slot: column })
    : t('container.place', { side: side.name, row, slot: column });
}

/** Which part of the container a side is: the numbers of the edge by which the sides were parted. */
export function partText(t: TFunction, side: Side, other: Side | undefined): string {
  const parted = other !== undefined && side.along.numbers[0] !== other.along.numbers[0] ? side.along : side.across;
  return rangeText(t, parted);
}

export function rangeText(t: TFunction, { is, numbers }: Axis): string {
  const range = { from: numbers[0] ?? 0, to: numbers.at(-1) ?? 0 };
  return is === 'row' ? t('container.rows', range) : t('container.columns', range);
}

/** `M017` of `QATAR-C14-M017`. */
export const shortMiner = (minerId: string): string => minerId.slice(minerId.lastIndexOf('-') + 1);
