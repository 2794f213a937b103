import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { type Scope, type Series, type SeriesAsked, seriesPath, seriesQuery } from '../../api/metrics.ts';
import { settled } from '../../charts/from-series.ts';
import { type Range, rangeAsked } from '../../charts/range.ts';
import type { Item } from './items.ts';
import type { Period } from './periods.ts';
import { stepFor } from './steps.ts';

interface Wanted {
  readonly range: Range;
  readonly metrics: readonly string[];
  readonly period: Period | undefined;
  /** Whose days they are. */
  readonly zone: string;
  readonly now: number;
}

/** What the API answers of each item, in their order, and how it was asked. */
export function useAnswers(items: readonly Item[], wanted: Wanted) {
  const { range, metrics, period, zone, now } = wanted;
  const asked = items.map((item) => ({
    scope: scopeOf(item),
    query: {
      ...rangeAsked(range),
      step: stepFor(range, now),
      tz: zone,
      metrics: metrics.join(','),
      ...(period === undefined ? {} : { compare: period.api }),
      ...(item.kind === 'container' ? { project_id: item.projectId } : {}),
    },
  }));
  const answers = useQueries({
    queries: asked.map(({ scope, query }) => ownSeriesQuery(scope, query)),
    combine: together,
  });
  return {
    ...answers,
    sources: asked.map(({ scope, query }, i) => ({ label: items[i]?.id ?? '', path: seriesPath(scope), query })),
  };
}

/** The same as long as the same was answered: charts are made once per answer. */
function together(answers: readonly UseQueryResult<Series>[]) {
  return {
    data: answers.map(({ data }) => data && settled(data)),
    isWaiting: answers.some(({ data, error }) => data === undefined && error === null),
    errors: answers.map(({ data, error }) => (data === undefined ? error : null)),
    retry: () => answers.map(({ refetch }) => refetch()),
  };
}

function scopeOf({ kind, id, projectId }: Item): Scope {
  return { scope: kind, id, projectId };
}

/** What another item has answered must not stand in for this one's answer. */
function ownSeriesQuery(scope: Scope, query: SeriesAsked) {
  const { placeholderData: _, ...own } = seriesQuery(scope, query);
  return own;
}
