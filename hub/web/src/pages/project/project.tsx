import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Project, projectQuery } from '../../api/projects.ts';
import { useKeys } from '../../components/keys.ts';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMay } from '../../session/session.ts';
import { ActivityTab } from './activity-tab.tsx';
import { AgentBanners } from './agent-banners.tsx';
import { AlertsTab } from './alerts-tab.tsx';
import { ConfigurationTab } from './configuration-tab.tsx';
import { ContainersTab } from './containers-tab.tsx';
import { ElectricalTab } from './electrical-tab.tsx';
import { MaintenanceBanners } from './maintenance-banners.tsx';
import { MinersTab } from './miners-tab.tsx';
import { PlannedSteps } from './planned-steps.tsx';
import { ProjectFigures } from './project-figures.tsx';
import { PlannedHead, ProjectHead } from './project-head.tsx';
import { ProjectTabs, type Tab, tabsFor } from './project-tabs.tsx';
import { useProjectId, useProjectSearch } from './use-search.ts';

/** `/projects/:id`: how one project is, container by container. */
export function ProjectPage() {
  const project = useQuery(projectQuery(useProjectId()));
  return (
    <main className="page of-project">
      <Panel of={project} skeleton={<Skeleton rows={3} height={72} />}>
        {(found) => (isStillPlanned(found) ? <PlannedProject project={found} /> : <RunningProject project={found} />)}
      </Panel>
    </main>
  );
}

/** Planned, and nothing of it reports: there are no figures yet. */
function isStillPlanned({ status, coverage, observed_at }: Project): boolean {
  return status === 'planned' && coverage.reporting === 0 && observed_at === null;
}

function PlannedProject({ project }: { project: Project }) {
  const mayWork = useMay('work');
  return (
    <>
      <PlannedHead project={project} />
      <PlannedSteps project={project} />
      {mayWork && <ConfigurationTab projectId={project.project_id} />}
    </>
  );
}

function RunningProject({ project }: { project: Project }) {
  const [{ tab: wanted }] = useProjectSearch('tab');
  const mayInside = useMay('inside');
  const navigate = useNavigate();
  const toFleet = (): void =>
    void navigate({ to: '/projects/$projectId/fleet', params: { projectId: project.project_id } });
  useKeys(mayInside ? { m: toFleet } : {});
  const tabs = tabsFor({ inside: mayInside, work: useMay('work') });
  const tab = tabs.find((each) => each === wanted) ?? 'containers';
  return (
    <>
      <ProjectHead project={project} />
      <AgentBanners project={project} />
      <ProjectFigures project={project} />
      {tabs.length > 1 && (
        <>
          <MaintenanceBanners project={project} />
          <ProjectTabs project={project} tabs={tabs} current={tab} />
        </>
      )}
      <TabPanel tab={tab} project={project} />
    </>
  );
}

function TabPanel({ tab, project }: { tab: Tab; project: Project }) {
  const { project_id: projectId } = project;
  switch (tab) {
    case 'containers':
      return <ContainersTab project={project} />;
    case 'electrical':
      return <ElectricalTab projectId={projectId} />;
    case 'alerts':
      return <AlertsTab projectId={projectId} />;
    case 'activity':
      return <ActivityTab project={project} />;
    case 'miners':
      return <MinersTab projectId={projectId} />;
    case 'configuration':
      return <ConfigurationTab projectId={projectId} />;
  }
}
