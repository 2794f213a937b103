import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import type { Series } from '../../api/metrics.ts';
import { type Project, projectsQuery } from '../../api/projects.ts';
import { parseRange, rangeText } from '../../charts/range.ts';
import { useMinute } from '../../components/use-now.ts';
import { useMay } from '../../session/session.ts';
import { ChartCard } from './chart-card.tsx';
import { Controls } from './controls.tsx';
import { DifferenceTable } from './difference-table.tsx';
import { ItemBar } from './item-bar.tsx';
import { type Item, itemsOf, itemsText } from './items.ts';
import { type Answered, commonTimes, measure } from './measured.ts';
import { comparisonOf } from './periods.ts';
import { ProjectsTable } from './projects-table.tsx';
import { QUANTITIES, QUANTITY, quantitiesOf, quantitiesText } from './quantities.ts';
import { useAnswers } from './use-answers.ts';
import { knownOf, labelOf, useContainers } from './use-known.ts';
import { useCompareSearch } from './use-search.ts';

const NONE: readonly Item[] = [];

/** `/compare?items=project:QATAR-001,container:QATAR-001/QATAR-C03`: up to six things over the same time, on the same axes. */
export function ComparePage() {
  const { t } = useTranslation();
  const [search, change] = useCompareSearch();
  const mayInside = useMay('inside');
  const now = useMinute();
  const range = parseRange(search.range);
  const names = quantitiesOf(search.metrics);
  const period = comparisonOf(search.period);
  const inShares = search.unit === 'expected';

  const { data: all } = useQuery(projectsQuery);
  const projects = all?.data;
  const items = useMemo(
    () => (projects === undefined ? NONE : itemsOf(search.items, projects)),
    [search.items, projects],
  );
  const containers = useContainers(items);
  const zone = projects?.find(({ project_id: id }) => id === items[0]?.projectId)?.time_zone ?? 'UTC';
  const answers = useAnswers(items, { range, metrics: METRICS, period, zone, now });
  const answered = useMemo(
    () => answeredOf(items, projects ?? [], containers, answers.data),
    [items, projects, containers, answers.data],
  );
  const times = useMemo(() => commonTimes(answers.data), [answers.data]);
  const measured = useMemo(
    () =>
      quantitiesOf(search.metrics).map((name) => measure(name, answered, times, { inShares, compare: period?.api })),
    [search.metrics, answered, times, inShares, period?.api],
  );
  const setItems = (next: readonly Item[]): void => change({ items: next.length === 0 ? undefined : itemsText(next) });
  return (
    <main className="page compare">
      <div className="head">
        <div className="grow">
          <h1>{t('compare.title')}</h1>
          <p className="sub">
            <span>{t('compare.hint')}</span>
          </p>
        </div>
      </div>
      <ItemBar answered={answered} projects={projects} containers={containers} onChange={setItems} />
      {items.length > 0 && (
        <>
          <Controls
            names={names}
            inShares={inShares}
            period={period?.name ?? 'none'}
            onNames={(next) => change({ metrics: quantitiesText(next) })}
            onShares={(on) => change({ unit: on ? 'expected' : undefined })}
            onPeriod={(next) => change({ period: next === 'none' ? undefined : next })}
          />
          <ChartCard
            answered={answered}
            measured={measured}
            times={times}
            period={period}
            range={range}
            zone={zone}
            now={now}
            sources={answers.sources}
            failures={answers.errors}
            isWaiting={answers.isWaiting}
            onRetry={answers.retry}
            onRange={(next) => change({ range: next === undefined ? undefined : rangeText(next) })}
          />
          {!answers.isWaiting && <DifferenceTable measured={measured} period={period} />}
          {mayInside && (
            <ProjectsTable projectIds={items.filter(({ kind }) => kind === 'project').map(({ id }) => id)} />
          )}
        </>
      )}
    </main>
  );
}

const METRICS = QUANTITIES.map((name) => QUANTITY[name].metric);

function answeredOf(
  items: readonly Item[],
  projects: readonly Project[],
  containers: readonly Container[],
  series: readonly (Series | undefined)[],
): readonly Answered[] {
  const isOneProject = new Set(items.map(({ projectId }) => projectId)).size < 2;
  return items.map((item, i) => {
    const known = knownOf(item, projects, containers);
    return { item, known, label: labelOf(item, known, isOneProject), series: series[i] };
  });
}
