import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Forbidden } from '../../components/forbidden.tsx';
import { useMay } from '../../session/session.ts';
import { AgentsView } from './agents-view.tsx';
import type { AgentsSearch } from './search.ts';

const all = getRouteApi('/shell/agents');
const ofProject = getRouteApi('/shell/projects/$projectId/agents');

/** `/agents`: what reads the sites, of every project that one sees. */
export function AgentsPage() {
  const { agent } = all.useSearch();
  const navigate = all.useNavigate();
  return (
    <Inside>
      <AgentsView chosen={agent} onChoose={(id) => void navigate({ search: searchOf(id), resetScroll: false })} />
    </Inside>
  );
}

/** `/projects/:id/agents`: what reads one site. */
export function ProjectAgentsPage() {
  const { projectId } = ofProject.useParams();
  const { agent } = ofProject.useSearch();
  const navigate = ofProject.useNavigate();
  return (
    <Inside>
      <AgentsView
        projectId={projectId}
        chosen={agent}
        onChoose={(id) => void navigate({ search: searchOf(id), resetScroll: false })}
      />
    </Inside>
  );
}

const searchOf = (agent: string | undefined): AgentsSearch => (agent === undefined ? {} : { agent });

function Inside({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  const mayInside = useMay('inside');
  return (
    <main className="page">{mayInside ? children : <Forbidden title={t('agents.title')} permission="inside" />}</main>
  );
}
