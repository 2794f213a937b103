import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '../../api/agents.ts';
import { alertsQuery } from '../../api/alerts.ts';
import { containersQuery } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import { offsetName } from '../../charts/zone.ts';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { markOf } from '../../components/status.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { statusWord } from '../../components/status-word.ts';
import { useNow } from '../../components/use-now.ts';
import { clock, duration, listing, moment } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { DeclareMaintenance } from './declare-maintenance.tsx';
import { type Headline, headlineOf } from './headline.ts';

/** What the project is, how it is in one sentence, when its data is of. */
export function ProjectHead({ project }: { project: Project }) {
  const { t, i18n } = useTranslation();
  const { project_id: projectId, name } = project;
  const now = useNow();
  const mayInside = useMay('inside');
  const mayWork = useMay('work');
  const { data: containers } = useQuery(containersQuery(projectId));
  const { data: alerts } = useQuery({
    ...alertsQuery({ project_id: projectId, status: 'active,acknowledged', severity: 'critical,warning', limit: 500 }),
    enabled: mayInside,
  });
  const headline = containers && headlineOf(containers.data.map(markOf), alerts?.data ?? []);
  const language = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
  const table = `/api/projects/${projectId}/containers?locale=${language}&format=`;
  return (
    <div className="head">
      <div className="grow">
        <div className="row wrap">
          <h1>{name}</h1>
          <span className="tag">{projectId}</span>
        </div>
        <p className="sub">
          {headline && <InWords headline={headline} project={project} />}
          <Cooling project={project} />
          {project.location !== null && <span>{project.location}</span>}
          <span>
            {t('project.local', {
              time: clock(now, project.time_zone),
              offset: offsetName(now, project.time_zone),
            })}
          </span>
          {mayInside && <Agents projectId={projectId} />}
          <span>
            {project.observed_at === null
              ? t('project.noData')
              : t('project.lastData', { age: duration((now - Date.parse(project.observed_at)) / 1000) })}
          </span>
        </p>
      </div>
      {mayInside && (
        <div className="row wrap">
          <Menu
            button={
              <>
                <Icon name="export" />
                {t('common.export')}
              </>
            }
          >
            {(close) => (
              <>
                <a className="item" href={`${table}csv`} download onClick={close}>
                  {t('project.exportCsv')}
                </a>
                <a className="item" href={`${table}xlsx`} download onClick={close}>
                  {t('project.exportXlsx')}
                </a>
              </>
            )}
          </Menu>
          {mayWork && <DeclareMaintenance project={project} containers={containers?.data ?? []} />}
        </div>
      )}
    </div>
  );
}

function InWords({ headline, project }: { headline: Headline; project: Project }) {
  const { t } = useTranslation();
  const now = useNow();
  const { mark, counts, since } = headline;
  const what =
    counts.length === 0
      ? t(mark === 'normal' ? 'project.allWell' : 'project.noneReports')
      : listing(counts.map(([each, count]) => t(`project.in.${each}`, { count })));
  const status = statusWord(t, mark);
  const isToday = since !== null && now - since < 86_400_000;
  const at = since === null ? '' : isToday ? clock(since, project.time_zone) : moment(since, SINCE, project.time_zone);
  return (
    <span className="status" data-s={mark}>
      <StatusMark mark={mark} />
      <b>
        {since === null
          ? t('project.headline', { status, what })
          : t('project.headlineSince', { status, what, since: at })}
      </b>
    </span>
  );
}

const SINCE = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

function Cooling({ project: { cooling_kind: kind } }: { project: Project }) {
  const { t } = useTranslation();
  if (kind === null) return null;
  return <span>{kind === 'hydro' || kind === 'immersion' || kind === 'air' ? t(`common.cooling.${kind}`) : kind}</span>;
}

/** Whether what reads the site is connected. */
function Agents({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(agentsQuery(projectId));
  const agents = data?.data.filter(({ status }) => status !== 'revoked') ?? [];
  const link = { className: 'link', to: '/projects/$projectId/agents', params: { projectId } } as const;
  if (data !== undefined && agents.length === 0)
    return (
      <span>
        <Link {...link}>{t('project.noAgent')}</Link>
      </span>
    );
  return agents.map(({ agent_id: id, name, state }) => (
    <span key={id}>
      <Link {...link} search={{ agent: id }}>
        {t('project.agent', { name, state: t(`project.agentStates.${state}`) })}
      </Link>
    </span>
  ));
}

/** Of a project that does not run yet. */
export function PlannedHead({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { project_id: projectId, name, planned_start: when } = project;
  return (
    <div className="head">
      <div className="grow">
        <div className="row wrap">
          <h1>{name}</h1>
          <span className="tag">{projectId}</span>
        </div>
        <p className="sub">
          <span className="status" data-s="planned">
            <StatusMark mark="planned" />
            <b>{when === null ? t('common.status.planned') : t('project.plannedFor', { when })}</b>
          </span>
          <Cooling project={project} />
          {project.location !== null && <span>{project.location}</span>}
        </p>
      </div>
    </div>
  );
}
