import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fleetQuery } from '../../api/fleet.ts';
import { Forbidden } from '../../components/forbidden.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import type { FleetSearch } from '../../router.tsx';
import { useMay } from '../../session/session.ts';
import { FleetView } from './fleet-view.tsx';
import { modelOf } from './model.ts';

const ROUTE = '/shell/projects/$projectId/fleet';

/** `/projects/QATAR-001/fleet`: all miners of a project in one picture. */
export function FleetPage() {
  const { t } = useTranslation();
  const { projectId } = useParams({ from: ROUTE });
  const mayInside = useMay('inside');
  return (
    <main className="page">
      {mayInside ? (
        <Opened key={projectId} projectId={projectId} />
      ) : (
        <Forbidden title={t('fleet.forbidden')} permission="inside">
          <Link className="btn" to="/projects/$projectId" params={{ projectId }}>
            {t('container.backToProject')}
          </Link>
        </Forbidden>
      )}
    </main>
  );
}

/** What to change in the address; undefined takes it away. */
export type FleetChange = { readonly [Name in keyof FleetSearch]?: FleetSearch[Name] | undefined };

function Opened({ projectId }: { projectId: string }) {
  const fleet = useQuery(fleetQuery(projectId));
  const model = useMemo(() => fleet.data && modelOf(fleet.data), [fleet.data]);
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const change = useCallback(
    (next: FleetChange) =>
      void navigate({
        to: '.',
        search: (before) =>
          Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined)),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return (
    <Panel of={{ ...fleet, data: model }} skeleton={<PageSkeleton />}>
      {(found) => <FleetView model={found} projectId={projectId} search={search} onSearch={change} />}
    </Panel>
  );
}

function PageSkeleton() {
  return (
    <>
      <Skeleton rows={1} height={48} />
      <Skeleton rows={1} height={600} />
    </>
  );
}
