import type { Container } from '../../api/containers.ts';
import { shortId } from '../../components/short-id.ts';
import { markOf } from '../../components/status.ts';
import type { Mark } from '../../components/status-mark.tsx';
import { BADNESS } from '../../components/status-word.ts';
import { quantityOf } from './quantities.ts';
import type { Group, View } from './view.ts';

/** A container as the grid shows it. */
export interface Tile {
  readonly container: Container;
  readonly id: string;
  readonly name: string;
  readonly mark: Mark;
  readonly value: number | null;
}

/** Tiles that stand together; `key` is null where they are not grouped, or belong to no group. */
export interface TileGroup {
  readonly key: string | null;
  readonly tiles: readonly Tile[];
}

export function tilesOf(containers: readonly Container[], projectId: string, { fill }: Pick<View, 'fill'>): Tile[] {
  const { value } = quantityOf(fill);
  return containers.map((container) => ({
    container,
    id: container.container_id,
    name: container.name ?? shortId(container.container_id, projectId),
    mark: markOf(container),
    value: value(container),
  }));
}

export function matching(tiles: readonly Tile[], { filter }: Pick<View, 'filter'>): Tile[] {
  const wanted = filter.trim().toLowerCase();
  return tiles.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted));
}

/** How many tiles there are of each mark. */
export function countsOf(tiles: readonly Tile[]): ReadonlyMap<Mark, number> {
  const counts = new Map<Mark, number>();
  for (const { mark } of tiles) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return counts;
}

/** The tiles to be shown, in order and in their groups. */
export function groupsOf(tiles: readonly Tile[], view: Pick<View, 'statuses' | 'sort' | 'group'>): TileGroup[] {
  const shown = tiles.filter(({ mark }) => view.statuses.length === 0 || view.statuses.includes(mark));
  const sorted = shown.toSorted((a, b) => compare(a, b, view) || byName(a, b));
  const groups = Map.groupBy(sorted, (tile) => keyOf(tile, view.group));
  return [...groups]
    .map(([key, members]) => ({ key, tiles: members }))
    .toSorted((a, b) => compareKeys(a.key, b.key, view.group));
}

function compare(a: Tile, b: Tile, { sort, group }: Pick<View, 'sort' | 'group'>): number {
  switch (sort) {
    case 'worst':
      return BADNESS.indexOf(a.mark) - BADNESS.indexOf(b.mark);
    // What is not known comes last, whichever way.
    case 'high':
      return (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY) || 0;
    case 'low':
      return (a.value ?? Number.POSITIVE_INFINITY) - (b.value ?? Number.POSITIVE_INFINITY) || 0;
    default:
      return group === 'row' ? (placeOf(a.container)?.x ?? 0) - (placeOf(b.container)?.x ?? 0) : 0;
  }
}

const NUMBERED = new Intl.Collator('en', { numeric: true });
const byName = (a: Tile, b: Tile): number => NUMBERED.compare(a.name, b.name);

function keyOf({ container, mark }: Tile, group: Group): string | null {
  switch (group) {
    case 'transformer':
      return container.transformer_id;
    case 'row': {
      const place = placeOf(container);
      return place === null ? null : String(place.y);
    }
    case 'status':
      return mark;
    default:
      return null;
  }
}

function compareKeys(a: string | null, b: string | null, group: Group): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (group === 'status') return BADNESS.indexOf(a as Mark) - BADNESS.indexOf(b as Mark);
  return NUMBERED.compare(a, b);
}

/** Where a container stands by the project's plan; null where nobody has said. */
export function placeOf({ metadata: { plan } }: Pick<Container, 'metadata'>): { x: number; y: number } | null {
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan)) return null;
  const { x, y } = plan;
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null;
}
