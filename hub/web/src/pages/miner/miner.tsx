import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Container, containerQuery } from '../../api/containers.ts';
import { type MinerDetail, minerQuery } from '../../api/miners.ts';
import { type Project, projectQuery } from '../../api/projects.ts';
import { Forbidden } from '../../components/forbidden.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { containerOfMiner } from '../../components/short-id.ts';
import { useMay } from '../../session/session.ts';
import { MinerView } from './miner-view.tsx';

/** `/projects/QATAR-001/miners/QATAR-C14-M017`: one miner, for whoever stands before it and whoever looks for it. */
export function MinerPage() {
  const { projectId, minerId } = useParams({ from: '/shell/projects/$projectId/miners/$minerId' });
  const mayInside = useMay('inside');
  if (!mayInside) return <Closed projectId={projectId} />;
  // Another miner is another page: nothing of the one before may stay on the screen.
  return <Opened key={`${projectId} ${minerId}`} projectId={projectId} minerId={minerId.toUpperCase()} />;
}

function Closed({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  return (
    <main className="page">
      <Forbidden title={t('miner.forbidden')} permission="inside">
        <Link className="btn" to="/projects/$projectId" params={{ projectId }}>
          {t('container.backToProject')}
        </Link>
      </Forbidden>
    </main>
  );
}

function Opened({ projectId, minerId }: { projectId: string; minerId: string }) {
  const containerId = containerOfMiner(minerId);
  const miner = useQuery(minerQuery(minerId, containerId, projectId));
  const container = useQuery(containerQuery(containerId, projectId));
  const project = useQuery(projectQuery(projectId));
  const all = {
    data:
      miner.data && container.data && project.data
        ? ([miner.data, container.data, project.data] as readonly [MinerDetail, Container, Project])
        : undefined,
    error: miner.error ?? container.error ?? project.error,
    refetch: () => Promise.all([miner.refetch(), container.refetch(), project.refetch()]),
  };
  return (
    <main className="page">
      <Panel of={all} skeleton={<PageSkeleton />}>
        {([found, its, of]) => <MinerView miner={found} container={its} zone={of.time_zone} />}
      </Panel>
    </main>
  );
}

function PageSkeleton() {
  return (
    <>
      <Skeleton rows={1} height={48} />
      <Skeleton rows={2} height={200} />
      <Skeleton rows={1} height={380} />
    </>
  );
}
