import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { countedAlertsQuery } from '../api/inbox.ts';
import { type Project, projectsQuery } from '../api/projects.ts';
import { Icon, Logo } from '../components/icon.tsx';
import { markOfProject } from '../components/status.ts';
import { StatusMark } from '../components/status-mark.tsx';
import { statusWord } from '../components/status-word.ts';
import { useMay } from '../session/session.ts';
import { Places } from './places.tsx';

/** So many projects have a place of their own in the rail; the overview has them all. */
const MOST = 5;

export function Rail() {
  const { t } = useTranslation();
  const mayInside = useMay('inside');
  const { data: projects } = useQuery(projectsQuery);
  const onPhone = projects?.data.find(({ status }) => status !== 'planned');
  return (
    <nav className="rail" aria-label={t('shell.main')}>
      <Link className="brand" to="/" aria-label={t('common.app')}>
        <Logo />
      </Link>
      <Link className="rail-i" to="/" activeOptions={{ exact: true }} activeProps={CURRENT}>
        <Icon name="grid" />
        {t('shell.overview')}
      </Link>
      {(projects?.total ?? 0) > 0 && <span className="rail-sep" />}
      {projects?.data.slice(0, MOST).map((project) => (
        <ProjectLink key={project.project_id} project={project} isOnPhone={project === onPhone} />
      ))}
      {mayInside && (
        <>
          <span className="rail-sep" />
          <AlertsLink />
        </>
      )}
      <Places />
    </nav>
  );
}

const CURRENT = { 'aria-current': 'page' } as const;

/** On a phone one project has a place; the others are reached by the overview. */
function ProjectLink({ project, isOnPhone }: { project: Project; isOnPhone: boolean }) {
  const { t } = useTranslation();
  const { project_id: projectId, name, status } = project;
  const short = name.replace(/^Hearst\s+/i, '');
  const mark = markOfProject(project);
  const isPlanned = status === 'planned';
  return (
    <Link
      className={isOnPhone ? 'rail-i' : 'rail-i desk'}
      to="/projects/$projectId"
      params={{ projectId }}
      activeProps={CURRENT}
    >
      <span className={isPlanned ? 'pj planned' : 'pj'} data-s={mark}>
        {short.slice(0, 2).toUpperCase()}
        {mark !== 'normal' && !isPlanned && <StatusMark mark={mark} />}
      </span>
      <span className="clip rail-name">{short}</span>
      <span className="sr">{statusWord(t, mark)}</span>
    </Link>
  );
}

function AlertsLink() {
  const { t } = useTranslation();
  const { data } = useQuery(countedAlertsQuery({ status: 'active', severity: 'critical,warning' }));
  // What another alert explains is no further thing to do.
  const count = data?.data.filter((alert) => alert.suppressed_by === null).length ?? 0;
  return (
    <Link className="rail-i" to="/alerts" activeProps={CURRENT}>
      <Icon name="bell" />
      {t('shell.alerts')}
      {count > 0 && (
        <>
          <span className="badge" aria-hidden="true">
            {count > 99 ? '99+' : count}
          </span>
          <span className="sr">{t('shell.openAlerts', { count })}</span>
        </>
      )}
    </Link>
  );
}
