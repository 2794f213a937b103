import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Container, containerQuery } from '../../api/containers.ts';
import { type Project, projectQuery } from '../../api/projects.ts';
import { Forbidden } from '../../components/forbidden.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMay } from '../../session/session.ts';
import { ContainerView } from './container-view.tsx';
import { useContainerSearch } from './use-search.ts';
import { useSiblings } from './use-siblings.ts';

/** `/projects/QATAR-001/containers/QATAR-C14`: one container, down to each of its miners. */
export function ContainerPage() {
  const { projectId, containerId } = useParams({ from: '/shell/projects/$projectId/containers/$containerId' });
  const mayInside = useMay('inside');
  // Another container is another page: nothing of the one before may stay on the screen.
  if (!mayInside) return <Closed projectId={projectId} />;
  return <Opened key={`${projectId} ${containerId}`} projectId={projectId} containerId={containerId} />;
}

function Closed({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  return (
    <main className="page of-container">
      <Forbidden title={t('container.forbidden')} permission="inside">
        <Link className="btn" to="/projects/$projectId" params={{ projectId }}>
          {t('container.backToProject')}
        </Link>
      </Forbidden>
    </main>
  );
}

function Opened({ projectId, containerId }: { projectId: string; containerId: string }) {
  const container = useQuery(containerQuery(containerId, projectId));
  const project = useQuery(projectQuery(projectId));
  const [search, change] = useContainerSearch();
  const siblings = useSiblings(containerId, projectId, search.fill);
  const both = {
    data:
      container.data !== undefined && project.data !== undefined
        ? ([container.data, project.data] as readonly [Container, Project])
        : undefined,
    error: container.error ?? project.error,
    refetch: () => Promise.all([container.refetch(), project.refetch()]),
  };
  return (
    <main className="page of-container">
      <Panel of={both} skeleton={<PageSkeleton />}>
        {([of, its]) => (
          <ContainerView container={of} project={its} search={search} onSearch={change} siblings={siblings} />
        )}
      </Panel>
    </main>
  );
}

function PageSkeleton() {
  return (
    <>
      <Skeleton rows={1} height={48} />
      <Skeleton rows={1} height={84} />
      <Skeleton rows={1} height={600} />
    </>
  );
}
