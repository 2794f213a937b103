import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { rulesQuery } from '../../api/alert-rules.ts';
import { type Alert, alertsQuery } from '../../api/alerts.ts';
import { type Container, minersQuery } from '../../api/containers.ts';
import type { MinerDetail } from '../../api/miners.ts';
import { FindIt } from '../../components/miner/find-it.tsx';
import { placeOf, sidesOf } from '../../components/miner/grid.ts';
import { looksOf } from '../../components/miner/looks.ts';
import { Identity } from '../../components/miner/miner-facts.tsx';
import { shortId } from '../../components/short-id.ts';
import { AlertsCard } from './alerts-card.tsx';
import { BoardList } from './board-list.tsx';
import { EventsCard } from './events-card.tsx';
import { Figures } from './figures.tsx';
import { Head } from './head.tsx';
import { LabelCard } from './label.tsx';
import { MinerChart } from './miner-chart.tsx';
import { Neighbours } from './neighbours.tsx';
import { StateCard } from './state-card.tsx';

const MOST = 100;
const NONE: readonly Alert[] = [];

interface ViewProps {
  readonly miner: MinerDetail;
  readonly container: Container;
  readonly zone: string;
}

/** In the order in which somebody with a phone needs it: where, how, what to look at; then what it is and was. */
export function MinerView({ miner, container, zone }: ViewProps) {
  const { miner_id: id, container_id: containerId, project_id: projectId } = miner;
  const sides = useMemo(
    () => sidesOf(container.layout, Math.max(container.miners_expected ?? 0, miner.position)),
    [container.layout, container.miners_expected, miner.position],
  );
  const place = placeOf(miner.position, sides);
  const siblings = useQuery(minersQuery(containerId, projectId));
  const looks = useMemo(() => siblings.data && looksOf(siblings.data.data, 'deviation'), [siblings.data]);
  const { data: rules } = useQuery(rulesQuery(projectId));
  const found = useQuery(
    alertsQuery({ project_id: projectId, target_type: 'miner', q: id, sort: '-timestamp', limit: MOST }),
  );
  // The search finds ids that begin so, too.
  const own = useMemo(() => found.data?.data.filter(({ target_id: of }) => of === id), [found.data, id]);
  const around = useQuery(
    alertsQuery({
      project_id: projectId,
      container_id: containerId,
      target_type: 'container',
      status: 'active,acknowledged',
      sort: 'severity',
      limit: MOST,
    }),
  );
  const open = own?.filter(({ status }) => status !== 'resolved') ?? NONE;
  return (
    <>
      <Head miner={miner} />
      <div className="unit">
        <section className="card findcard">
          <FindIt container={shortId(containerId, projectId)} position={miner.position} place={place} />
        </section>
        <div className="stack">
          <StateCard miner={miner} open={open} rules={rules} />
          <Figures miner={miner} reference={looks?.reference ?? null} />
        </div>
        <BoardList miner={miner} />
        <div className="stack">
          <Neighbours miner={miner} place={place} miners={siblings.data?.data} looks={looks} />
          <AlertsCard
            open={open}
            around={around.data?.data ?? NONE}
            isKnown={own !== undefined && around.data !== undefined}
            error={found.error ?? around.error}
            rules={rules}
          />
        </div>
        <MinerChart miner={miner} alerts={own ?? NONE} rules={rules} zone={zone} />
        <div className="stack">
          <section className="card" aria-label={id}>
            <Identity miner={miner} zone={zone} />
          </section>
          <LabelCard miner={miner} container={shortId(containerId, projectId)} place={place} />
        </div>
        <EventsCard miner={miner} alerts={own} rules={rules} zone={zone} />
      </div>
    </>
  );
}
