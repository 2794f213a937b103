import type { SeriesScope } from './metrics.ts';

/** How the parts of a scope are told apart: a row is one of the project's plan, a model the container's. */
export const GROUPINGS = ['container', 'transformer', 'row', 'model'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The groupings that make sense of a scope. Rows and transformers are numbered within a project. */
const OF_SCOPE: Readonly<Record<SeriesScope, readonly Grouping[]>> = {
  global: ['container', 'model'],
  project: GROUPINGS,
  transformer: ['container'],
  container: [],
};

export const groupingsOf = (scope: SeriesScope): readonly Grouping[] => OF_SCOPE[scope];

/** Whether a group is made of several members' rows. */
export const isTogether = (grouping: Grouping): boolean => grouping === 'row' || grouping === 'model';

/** What stands in a label where a container has none of it: no id, row or model is written so. */
export const NONE = 'none';
