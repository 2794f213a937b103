import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Agent } from '../../api/agents.ts';
import { projectsQuery } from '../../api/projects.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { dataSize, difference, moment, number, text, UNKNOWN } from '../../format.ts';
import { useMay } from '../../session/session.ts';
import { AgentActions } from './agent-actions.tsx';
import { AgentChecks } from './agent-checks.tsx';
import { AgentDoctor } from './agent-doctor.tsx';
import { AgentHealth } from './agent-health.tsx';
import { healthOf, MARKS, versionOf } from './health.ts';
import { NotAllowed } from './not-allowed.tsx';

const WHEN = { dateStyle: 'medium', timeStyle: 'medium' } as const;

/** All that is known of an agent, what the hub watches of it, and what may be done. */
export function AgentDetail({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation();
  const mayWork = useMay('work');
  const { data: projects } = useQuery(projectsQuery);
  const { project_id: projectId, agent_id: id, clock } = agent;
  const project = projects?.data.find(({ project_id: each }) => each === projectId);
  const zone = project?.time_zone ?? 'UTC';
  const at = (time: string | null): string => (time === null ? UNKNOWN : moment(time, WHEN, zone));
  const facts: readonly (readonly [label: string, value: string])[] = [
    [t('agents.fact.credential'), t(`agents.credential.${agent.status}`)],
    [t('agents.fact.lastHeard'), at(agent.last_seen_at)],
    [t('agents.fact.version'), versionOf(agent) ?? UNKNOWN],
    [t('agents.fact.batches'), number(agent.depth_batches)],
    [t('agents.fact.bytes'), text(dataSize(agent.depth_bytes))],
    [t('agents.fact.oldest'), at(agent.oldest_at)],
    [t('agents.fact.clock'), isClock(clock) ? t(`agents.clock.${clock}`) : (clock ?? UNKNOWN)],
    [t('agents.fact.offset'), text({ value: difference(agent.clock_offset_ms), unit: 'ms' })],
    [t('agents.fact.containers'), number(agent.containers_count)],
    [t('agents.fact.duplicates'), number(agent.duplicates)],
    [t('agents.fact.enrolled'), at(agent.created_at)],
    [t('agents.fact.changed'), at(agent.updated_at)],
  ];
  return (
    <section className="card agent-detail" aria-labelledby="agent-name" data-s={MARKS[healthOf(agent)]}>
      <div className="card-h">
        <button type="button" className="btn ghost icon back" aria-label={t('agents.back')} onClick={onClose}>
          <Icon name="left" />
        </button>
        <h2 id="agent-name" className="title">
          {agent.name}
        </h2>
        <Link className="tag end" to="/projects/$projectId" params={{ projectId }}>
          {projectId}
        </Link>
      </div>
      <div className="card-b stack">
        <p>
          <AgentHealth agent={agent} />
        </p>
        <p className="t2">{t(`agents.means.${healthOf(agent)}`)}</p>
        <dl className="facts">
          {facts.map(([label, value]) => (
            <div key={label} className="fact">
              <dt>{label}</dt>
              <dd title={value}>{value}</dd>
            </div>
          ))}
        </dl>
        <p className="t2 small">{t('charts.clocksOf', { zone: zone.replace(/_/g, ' ') })}</p>
        <p className="row agent-id">
          <span className="mono clip">{id}</span>
          <CopyButton className="btn ghost sm end" label={t('agents.copyId')} text={id} />
        </p>
      </div>
      {agent.status !== 'revoked' && <AgentDoctor agent={agent} />}
      {agent.status !== 'revoked' && <AgentChecks agent={agent} />}
      {agent.status !== 'revoked' && (
        <div className="sec">
          {mayWork ? <AgentActions agent={agent} /> : <NotAllowed what={t('agents.changing')} />}
        </div>
      )}
    </section>
  );
}

type Clock = 'synced' | 'unsynced' | 'suspect';
const isClock = (clock: string | null): clock is Clock =>
  clock === 'synced' || clock === 'unsynced' || clock === 'suspect';
