import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Agent, watchedAgentsQuery } from '../../api/agents.ts';
import { projectsQuery } from '../../api/projects.ts';
import { Empty, Panel, Skeleton } from '../../components/panel.tsx';
import { useMedia } from '../../components/use-media.ts';
import { number } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { AddAgentButton } from './add-agent.tsx';
import { AgentDetail } from './agent-detail.tsx';
import { AgentsTable } from './agents-table.tsx';
import { healthOf, ordered } from './health.ts';
import { NotAllowed } from './not-allowed.tsx';

/** Agents tell how they do every minute. */
const EVERY_MS = 15_000;
/** From here on list and detail stand side by side; below, each is a screen of its own. */
const SIDE_BY_SIDE = '(min-width: 1280px)';

/** The agents and how they do, one of them in detail; adding one. */
export function AgentsView({
  projectId,
  chosen,
  onChoose,
}: {
  /** Of all projects where none is said. */
  projectId?: string;
  chosen: string | undefined;
  onChoose: (agentId: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const mayWork = useMay('work');
  const isWide = useMedia(SIDE_BY_SIDE);
  const agents = useQuery(watchedAgentsQuery(projectId, EVERY_MS));
  const { data: projects } = useQuery(projectsQuery);
  const listed = ordered(agents.data?.data ?? []);
  const opened = listed.find(({ agent_id: id }) => id === chosen) ?? (isWide ? listed[0] : undefined);
  const name = projects?.data.find(({ project_id: id }) => id === projectId)?.name;
  return (
    <>
      <div className="head">
        <div className="grow">
          <h1>{agents.data === undefined ? t('agents.title') : headline(listed)}</h1>
          <p className="sub">
            {projectId !== undefined && <span>{name ?? projectId}</span>}
            {agents.data !== undefined && <span>{t('agents.count', { count: agents.data.total })}</span>}
          </p>
        </div>
        {mayWork ? (
          <AddAgentButton projects={projects?.data ?? []} projectId={projectId} isPrimary />
        ) : (
          <NotAllowed what={t('agents.changing')} />
        )}
      </div>
      <Panel of={agents} skeleton={<Skeleton rows={4} height={44} />}>
        {({ data, total }) =>
          data.length === 0 ? (
            <section className="card">
              <Empty>{t('agents.none')}</Empty>
            </section>
          ) : (
            <div className={chosen === undefined ? 'agents' : 'agents has-detail'}>
              <section className="card agent-list" aria-label={t('agents.title')}>
                <AgentsTable
                  agents={listed}
                  current={opened?.agent_id}
                  hasProject={projectId === undefined}
                  onChoose={onChoose}
                />
                {total > data.length && (
                  <p className="card-f">{t('project.shownOf', { shown: number(data.length), total: number(total) })}</p>
                )}
              </section>
              {opened !== undefined && (
                <AgentDetail key={opened.agent_id} agent={opened} onClose={() => onChoose(undefined)} />
              )}
            </div>
          )
        }
      </Panel>
    </>
  );

  function headline(known: readonly Agent[]): string {
    const healths = known.map(healthOf).filter((health) => health !== 'revoked');
    const bad = healths.filter((health) => health !== 'online' && health !== 'awaited').length;
    if (healths.length === 0) return t('agents.noneActive');
    return bad === 0 ? t('agents.allWell') : t('agents.bad', { count: bad });
  }
}
