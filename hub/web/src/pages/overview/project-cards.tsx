import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertsQuery } from '../../api/alerts.ts';
import { type Container, containersQuery } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import { Figure } from '../../components/figure.tsx';
import { Icon } from '../../components/icon.tsx';
import { Empty } from '../../components/panel.tsx';
import { shortId } from '../../components/short-id.ts';
import { markOf, markOfProject } from '../../components/status.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { BADNESS, statusWord } from '../../components/status-word.ts';
import { useAlertWords } from '../../components/use-alert-words.ts';
import { useNow } from '../../components/use-now.ts';
import { clock, duration, hashrate, number, power, type Shown, text } from '../../format.ts';
import { useMay } from '../../session/session.ts';

export function ProjectCards({ projects }: { projects: readonly Project[] }) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<'worst' | 'name'>('worst');
  const sorted = projects.toSorted(
    (a, b) =>
      (order === 'worst' ? BADNESS.indexOf(markOfProject(a)) - BADNESS.indexOf(markOfProject(b)) : 0) ||
      a.name.localeCompare(b.name),
  );
  return (
    <div className="stack">
      <div className="row">
        <h2>{t('overview.projects')}</h2>
        {/* biome-ignore lint/a11y/useSemanticElements: two buttons, not fields of a form */}
        <span className="end seg" role="group" aria-label={t('overview.order')}>
          <button type="button" aria-pressed={order === 'worst'} onClick={() => setOrder('worst')}>
            {t('overview.worstFirst')}
          </button>
          <button type="button" aria-pressed={order === 'name'} onClick={() => setOrder('name')}>
            {t('overview.byName')}
          </button>
        </span>
      </div>
      {projects.length === 0 && <Empty>{t('overview.noProjects')}</Empty>}
      {sorted.map((project) =>
        project.status === 'planned' ? (
          <PlannedCard key={project.project_id} project={project} />
        ) : (
          <ProjectCard key={project.project_id} project={project} />
        ),
      )}
    </div>
  );
}

function ProjectCard({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { project_id: projectId, name, target_hashrate_eh: eh, target_power_mw: mw } = project;
  const mayInside = useMay('inside');
  const now = useNow();
  const { data: containers } = useQuery(containersQuery(projectId));
  const mark = markOfProject(project);
  // Where the project does not say how many it has, its containers do.
  const miners = project.total_miners ?? containers?.data.reduce((sum, each) => sum + (each.miners_expected ?? 0), 0);
  return (
    <article className="card" aria-labelledby={`p-${projectId}`}>
      <div className="card-h">
        <span className="status" data-s={mark}>
          <StatusMark mark={mark} large />
        </span>
        <h2 id={`p-${projectId}`} className="title">
          {name}
        </h2>
        <span className="tag">{projectId}</span>
        <Link className="btn sm end" to="/projects/$projectId" params={{ projectId }}>
          {t('overview.details')}
          <Icon name="arrow" small />
        </Link>
        <p className="t2 dots whole">
          <span>{statusWord(t, mark)}</span>
          {project.location !== null && <span>{project.location}</span>}
          <Cooling project={project} />
          <span>
            {t('overview.local', { time: clock(now, project.time_zone), zone: project.time_zone.replace(/_/g, ' ') })}
          </span>
        </p>
      </div>
      <div className="card-b stack">
        <div className="bulpair">
          <Bullet
            label={t('common.quantity.hashrate')}
            now={project.hashrate_ths}
            target={eh === null ? null : eh * 1e6}
            show={hashrate}
          />
          <Bullet
            label={t('common.quantity.power')}
            now={project.power_kw}
            target={mw === null ? null : mw * 1000}
            show={power}
          />
        </div>
        {containers !== undefined && <Strip containers={containers.data} project={project} />}
        {mayInside && <Worst projectId={projectId} />}
      </div>
      <div className="card-f">
        {miners !== undefined && <span>{t('overview.miners', { count: miners })}</span>}
        <span className="end">
          {project.observed_at === null
            ? t('overview.noData')
            : t('overview.lastData', { age: duration((now - Date.parse(project.observed_at)) / 1000) })}
        </span>
      </div>
    </article>
  );
}

function Cooling({ project: { cooling_kind: kind } }: { project: Project }) {
  const { t } = useTranslation();
  if (kind === null) return null;
  return <span>{kind === 'hydro' || kind === 'immersion' || kind === 'air' ? t(`common.cooling.${kind}`) : kind}</span>;
}

/** A value against what is expected: the tick stands at 96 % of the width. */
function Bullet({
  label,
  now,
  target,
  show,
}: {
  label: string;
  now: number | null;
  target: number | null;
  show: (value: number | null, like?: number | null) => Shown;
}) {
  const { t } = useTranslation();
  const share = now === null || !target ? null : Math.min(1.04, now / target) * 96;
  return (
    <div className="bul">
      <div className="bul-h">
        <span className="t2">{label}</span>
        <span className="v end">
          <Figure {...show(now)} />
        </span>
        {target !== null && <span className="t2">{t('overview.ofExpected', { value: text(show(target, now)) })}</span>}
      </div>
      <div className="bullet" aria-hidden="true">
        {share !== null && <i style={{ inlineSize: `${share}%` }} />}
        {target !== null && <b style={{ insetInlineStart: '96%' }} />}
      </div>
    </div>
  );
}

/** Every container as a small cell; what is not normal stands out and says its name. */
function Strip({ containers, project }: { containers: readonly Container[]; project: Project }) {
  const { t } = useTranslation();
  const mayInside = useMay('inside');
  const marks = containers.map((container) => markOf(container));
  const counts = BADNESS.map((mark) => [mark, marks.filter((other) => other === mark).length] as const);
  return (
    <div>
      <div className="row wrap striph">
        <h3>{t('overview.containers', { count: containers.length })}</h3>
        <span className="end lgd">
          {counts
            .filter(([, count]) => count > 0)
            .map(([mark, count]) => (
              <span key={mark} data-s={mark}>
                {mark !== 'normal' && <StatusMark mark={mark} />}
                {number(count)} {statusWord(t, mark).toLocaleLowerCase()}
              </span>
            ))}
        </span>
      </div>
      <div className="strip">
        {containers.map((container, i) => {
          const mark = marks[i] ?? 'unknown';
          const short = shortId(container.container_id, project.project_id);
          const name = `${short}, ${statusWord(t, mark)}`;
          const inner = mark !== 'normal' && (
            <>
              <StatusMark mark={mark} />
              <em aria-hidden="true">{short}</em>
            </>
          );
          return mayInside ? (
            <Link
              key={container.container_id}
              className="cell"
              data-s={mark}
              aria-label={name}
              title={name}
              to="/projects/$projectId/containers/$containerId"
              params={{ projectId: project.project_id, containerId: container.container_id }}
            >
              {inner}
            </Link>
          ) : (
            <span key={container.container_id} className="cell" data-s={mark} role="img" aria-label={name} title={name}>
              {inner}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function Worst({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const filter = {
    status: 'active',
    severity: 'critical,warning',
    sort: 'severity',
    limit: 100,
    project_id: projectId,
  };
  const { data } = useQuery(alertsQuery(filter));
  const words = useAlertWords();
  const causes = (data?.data ?? []).filter(({ suppressed_by: by }) => by === null).slice(0, 3);
  if (causes.length === 0) return null;
  return (
    <div>
      <h3>{t('overview.worst')}</h3>
      <div className="worst">
        {causes.map((alert) => {
          const { id, severity, first_seen_at: since } = alert;
          return (
            <Link key={id} data-s={severity} to="/alerts" search={{ alert: id }}>
              <StatusMark mark={severity} />
              <b className="sev">{t(`common.severity.${severity}`)}</b>
              <span className="clip">{words.all(alert)}</span>
              <span className="t2 num">{duration((now - Date.parse(since)) / 1000)}</span>
            </Link>
          );
        })}
      </div>
    </div>
  );
}

/** A project that does not run yet: what is still to be done, and where. */
function PlannedCard({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { project_id: projectId, name, planned_start: when, total_containers: containers } = project;
  const mayWork = useMay('work');
  const steps = [
    [
      t('overview.steps.site'),
      project.target_power_mw === null ? t('overview.steps.undecided') : text(power(project.target_power_mw * 1000)),
    ],
    [
      t('overview.steps.containers'),
      containers ? t('overview.containers', { count: containers }) : t('overview.steps.noContainers'),
    ],
    [t('overview.steps.agent'), t('overview.steps.notEnrolled')],
    [t('overview.steps.thresholds'), t('overview.steps.defaults')],
  ];
  return (
    <article className="card planned-card" aria-labelledby={`p-${projectId}`}>
      <div className="card-h">
        <span className="status" data-s="planned">
          <StatusMark mark="planned" large />
        </span>
        <h2 id={`p-${projectId}`} className="title">
          {name}
        </h2>
        <span className="tag">{projectId}</span>
        <span className="t2 dots">
          <span>{when === null ? t('overview.plannedAt') : t('overview.plannedFor', { when })}</span>
          <Cooling project={project} />
        </span>
        <Link
          className={mayWork ? 'btn primary sm end' : 'btn sm end'}
          to="/projects/$projectId"
          params={{ projectId }}
          search={mayWork ? { tab: 'configuration' } : {}}
        >
          {t(mayWork ? 'overview.configure' : 'overview.details')}
        </Link>
      </div>
      <ol className="steps">
        {steps.map(([what, state]) => (
          <li key={what} data-s="planned">
            <StatusMark mark="planned" />
            <span>{what}</span>
            <span className="t2">{state}</span>
          </li>
        ))}
      </ol>
    </article>
  );
}
