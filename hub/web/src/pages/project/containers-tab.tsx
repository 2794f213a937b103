import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { containersQuery } from '../../api/containers.ts';
import { type Series, seriesQuery } from '../../api/metrics.ts';
import type { Project } from '../../api/projects.ts';
import { transformersQuery } from '../../api/transformers.ts';
import { Later } from '../../components/later.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMay } from '../../session/session.ts';
import { ContainerGrid, type Trends } from './container-grid.tsx';
import { NoContainers } from './empty.tsx';
import { countsOf, groupsOf, matching, placeOf, tilesOf } from './grid.ts';
import { GridControls } from './grid-controls.tsx';
import { PickBar } from './pick-bar.tsx';
import { ProjectChart } from './project-chart.tsx';
import { TransformerCard } from './transformer-card.tsx';
import { usePicked } from './use-picked.ts';
import { useProjectSearch } from './use-search.ts';
import { GROUPS, searchOf, VIEW_PARTS, viewOf } from './view.ts';

const TREND = { range: '24h', step: '1h', metrics: 'hashrate_ths', group_by: 'container' } as const;

/** Every container, the last 24 h, every transformer. */
export function ContainersTab({ project }: { project: Project }) {
  const { project_id: projectId } = project;
  const [search, change] = useProjectSearch(...VIEW_PARTS);
  const mayInside = useMay('inside');
  const containers = useQuery(containersQuery(projectId));
  const transformers = useQuery({ ...transformersQuery(projectId), enabled: mayInside });
  // Of very many containers there are no trends to be had at once; the tiles do without.
  const { data: day } = useQuery(seriesQuery({ scope: 'project', id: projectId, projectId }, TREND));
  const trends = useMemo(() => trendsOf(day), [day]);
  const view = viewOf(search);
  const { picked, isPicking, toggle, clear, begin } = usePicked(projectId);
  return (
    <>
      <Panel of={containers} skeleton={<Skeleton rows={4} height={100} />}>
        {({ data }) => {
          if (data.length === 0) return <NoContainers />;
          const tiles = matching(tilesOf(data, projectId, view), view);
          const hasPlan = data.some((container) => placeOf(container) !== null);
          return (
            <>
              <GridControls
                view={view}
                counts={countsOf(tiles)}
                fleetOf={mayInside ? projectId : null}
                groups={GROUPS.filter((group) => group !== 'row' || hasPlan)}
                onChange={(part) => change(searchOf({ ...view, ...part }))}
                {...(mayInside ? { isPicking, onPicking: isPicking ? clear : begin } : {})}
              />
              <ContainerGrid
                groups={groupsOf(tiles, view)}
                view={view}
                projectId={projectId}
                trends={trends}
                transformers={transformers.data?.data ?? []}
                isLink={mayInside}
                picked={isPicking ? picked : null}
                onPick={toggle}
              />
              {isPicking && <PickBar projectId={projectId} picked={picked} onClear={clear} />}
            </>
          );
        }}
      </Panel>
      <Later>
        <ProjectChart projectId={projectId} siteZone={project.time_zone} target={project.target_hashrate_eh} />
      </Later>
      {mayInside && (
        <Later>
          <Panel of={transformers} skeleton={<Skeleton rows={1} height={140} />}>
            {({ data }) => data.length > 0 && <TransformerCard transformers={data} projectId={projectId} hasLink />}
          </Panel>
        </Later>
      )}
    </>
  );
}

function trendsOf(day: Series | undefined): Trends {
  const found = day?.series.map(({ labels, values }) => [labels.container_id ?? '', values] as const);
  return new Map(found ?? []);
}
