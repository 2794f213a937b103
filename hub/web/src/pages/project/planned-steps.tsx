import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '../../api/agents.ts';
import { rulesQuery } from '../../api/alert-rules.ts';
import type { Project } from '../../api/projects.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { power, text } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { AddAgentButton } from '../agents/add-agent.tsx';

const NONE: readonly Project[] = [];

interface Step {
  readonly name: string;
  readonly state: string;
  readonly isDone: boolean;
  /** What may be done about it here. */
  readonly action?: React.ReactNode;
}

/** What is still to be done before a project runs. */
export function PlannedSteps({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { project_id: projectId, target_power_mw: mw, location, total_containers: containers } = project;
  const mayInside = useMay('inside');
  const mayWork = useMay('work');
  const { data: agents } = useQuery({ ...agentsQuery(projectId), enabled: mayInside });
  const { data: rules } = useQuery({ ...rulesQuery(projectId), enabled: mayInside });
  const enrolled = agents?.data.filter(({ status }) => status === 'active').length ?? 0;
  const own = [...(rules?.values() ?? [])].filter(({ decided_by: by }) => by === 'project').length;
  const site = [location, mw === null ? null : text(power(mw * 1000))].filter((part) => part !== null);
  const steps: Step[] = [
    {
      name: t('overview.steps.site'),
      state: site.length === 0 ? t('overview.steps.undecided') : site.join(' · '),
      isDone: site.length === 2,
    },
    {
      name: t('overview.steps.containers'),
      state: containers ? t('overview.containers', { count: containers }) : t('overview.steps.noContainers'),
      isDone: Boolean(containers),
    },
    {
      name: t('overview.steps.agent'),
      state: enrolled > 0 ? t('project.enrolled', { count: enrolled }) : t('overview.steps.notEnrolled'),
      isDone: enrolled > 0,
      action: (
        <>
          {enrolled > 0 && (
            <Link className="btn sm" to="/projects/$projectId/agents" params={{ projectId }}>
              {t('project.showAgents')}
            </Link>
          )}
          {mayWork && <AddAgentButton projects={NONE} projectId={projectId} isSmall />}
        </>
      ),
    },
    {
      name: t('overview.steps.thresholds'),
      state: own > 0 ? t('project.ownRules', { count: own }) : t('overview.steps.defaults'),
      isDone: own > 0,
    },
  ];
  return (
    <section className="card planned-card" aria-label={t('project.steps')}>
      <div className="card-h">
        <h2>{t('project.steps')}</h2>
        <span className="t2">{t('project.noFigures')}</span>
      </div>
      <ol className="steps">
        {steps.map(({ name, state, isDone, action }) => (
          <li key={name} data-s={isDone ? 'normal' : 'planned'}>
            <StatusMark mark={isDone ? 'normal' : 'planned'} />
            <span>
              {name}
              {isDone && <span className="sr"> {t('project.done')}</span>}
            </span>
            <span className="t2">{state}</span>
            {action !== undefined && <span className="row wrap step-action">{action}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
