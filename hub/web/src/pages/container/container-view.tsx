import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Alert, alertsQuery } from '../../api/alerts.ts';
import type { Container } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import { transformersQuery } from '../../api/transformers.ts';
import { Later } from '../../components/later.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration, moment } from '../../format.ts';
import type { ContainerSearch } from '../../router.tsx';
import { BalanceCard } from './balance.tsx';
import { ContainerAlerts } from './container-alerts.tsx';
import { ContainerChart } from './container-chart.tsx';
import { CoolingCard } from './cooling-loop.tsx';
import { Figures } from './figures.tsx';
import { Head } from './head.tsx';
import { loopOf } from './loop.ts';
import { MinersSection } from './miners-section.tsx';
import { PowerCard } from './power.tsx';
import type { ChangeSearch } from './use-search.ts';
import type { Siblings } from './use-siblings.ts';

const MOST_ALERTS = 50;
const NO_ALERTS: readonly Alert[] = [];

interface ViewProps {
  readonly container: Container;
  readonly project: Project;
  readonly search: ContainerSearch;
  readonly onSearch: ChangeSearch;
  readonly siblings: Siblings | null;
}

export function ContainerView({ container, project, search, onSearch, siblings }: ViewProps) {
  const { container_id: id, project_id: projectId, transformer_id: transformerId } = container;
  const zone = project.time_zone;
  const transformers = useQuery({ ...transformersQuery(projectId), enabled: transformerId !== null });
  const alerts = useQuery(
    alertsQuery({
      project_id: projectId,
      container_id: id,
      status: 'active,acknowledged',
      sort: 'severity',
      limit: MOST_ALERTS,
    }),
  );
  const open = alerts.data?.data ?? NO_ALERTS;
  const loop = useMemo(() => loopOf(container, open), [container, open]);
  return (
    <>
      <Head container={container} alerts={open} siblings={siblings} fill={search.fill} zone={zone} />
      <Silence container={container} zone={zone} />
      <MinersSection
        container={container}
        zone={zone}
        alerts={open}
        search={search}
        onSearch={onSearch}
        figures={(asleep) => <Figures container={container} asleep={asleep} />}
      />
      <div className="halves">
        <CoolingCard container={container} loop={loop} />
        <BalanceCard
          container={container}
          doubted={open.some(({ rule_id: rule }) => rule === 'thermal_balance_implausible')}
        />
      </div>
      <div className="halves">
        <Panel of={alerts}>{(list) => <ContainerAlerts alerts={list} containerId={id} projectId={projectId} />}</Panel>
        <PowerCard
          container={container}
          transformer={transformers.data?.data.find((each) => each.transformer_id === transformerId)}
        />
      </div>
      <Later>
        <ContainerChart
          id={id}
          projectId={projectId}
          expected={container.hashrate_expected_th}
          alerts={open}
          zone={zone}
          search={search}
          onSearch={onSearch}
        />
      </Later>
    </>
  );
}

/** That nothing was read for long, and of when it is what stands here. */
function Silence({ container: { freshness, observed_at: read }, zone }: { container: Container; zone: string }) {
  const { t } = useTranslation();
  const now = useNow();
  if (read === null || (freshness !== 'stale' && freshness !== 'offline')) return null;
  const when = moment(
    read,
    { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false },
    zone,
  );
  return (
    <div className="banner" role="status" data-s="stale">
      <StatusMark mark="stale" large />
      <p className="grow">{t('container.old', { time: duration((now - Date.parse(read)) / 1000), when })}</p>
    </div>
  );
}
