import type { ProjectSearch } from '../../router.tsx';

/** How the grid of containers is shown, as the address says it. */

export const FILLS = ['status', 'hashrate', 'power', 'supply', 'delta', 'flow', 'efficiency', 'down'] as const;
export type Fill = (typeof FILLS)[number];
export const GROUPS = ['none', 'transformer', 'row', 'status'] as const;
export type Group = (typeof GROUPS)[number];
export const SORTS = ['name', 'worst', 'high', 'low'] as const;
type Sort = (typeof SORTS)[number];
export const DENSITIES = ['comfortable', 'compact'] as const;
type Density = (typeof DENSITIES)[number];

export interface View {
  readonly fill: Fill;
  readonly group: Group;
  readonly sort: Sort;
  readonly density: Density;
  /** Part of a name. */
  readonly filter: string;
  /** Marks to be shown; none: all. */
  readonly statuses: readonly string[];
}

/** What of the address says it. */
export const VIEW_PARTS = ['fill', 'group', 'sort', 'density', 'filter', 'status'] as const;

export function viewOf({
  fill,
  group,
  sort,
  density,
  filter = '',
  status = '',
}: Pick<ProjectSearch, (typeof VIEW_PARTS)[number]>): View {
  return {
    fill: oneOf(FILLS, fill),
    group: oneOf(GROUPS, group),
    sort: oneOf(SORTS, sort),
    density: oneOf(DENSITIES, density),
    filter,
    statuses: status.split(',').filter((each) => each !== ''),
  };
}

/** What the address has to say for a view: what is usual is left out. */
export function searchOf(view: View): Partial<Record<keyof ProjectSearch, string | undefined>> {
  const unless = <Value extends string>(usual: Value, value: Value) => (value === usual ? undefined : value);
  return {
    fill: unless(FILLS[0], view.fill),
    group: unless(GROUPS[0], view.group),
    sort: unless(SORTS[0], view.sort),
    density: unless(DENSITIES[0], view.density),
    filter: unless('', view.filter),
    status: unless('', view.statuses.join(',')),
  };
}

function oneOf<Value extends string>(values: readonly [Value, ...Value[]], text: string | undefined): Value {
  return values.find((value) => value === text) ?? values[0];
}
