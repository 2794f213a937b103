import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Agent, agentsQuery } from '../../api/agents.ts';
import type { Project } from '../../api/projects.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { clock, duration, moment } from '../../format.ts';
import { useMay } from '../../session/session.ts';

/** Which of a project's agents are silent and since when, and whose clock cannot be trusted. */
export function AgentBanners({ project }: { project: Project }) {
  const mayInside = useMay('inside');
  const { data } = useQuery({ ...agentsQuery(project.project_id), enabled: mayInside });
  const agents = data?.data.filter(({ status }) => status === 'active') ?? [];
  return agents.map((agent) =>
    agent.state === 'online' ? (
      <ClockBanner key={agent.agent_id} agent={agent} />
    ) : (
      <SilentBanner key={agent.agent_id} agent={agent} timeZone={project.time_zone} />
    ),
  );
}

const EARLIER = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DAY_MS = 86_400_000;

function SilentBanner({ agent: { name, last_seen_at: seen }, timeZone }: { agent: Agent; timeZone: string }) {
  const { t } = useTranslation();
  if (seen === null) return null; // has never spoken: nothing on the page is of it
  const isToday = Date.now() - Date.parse(seen) < DAY_MS;
  const since = isToday ? clock(seen, timeZone) : moment(seen, EARLIER, timeZone);
  return (
    <div className="banner" data-s="offline" role="status">
      <StatusMark mark="offline" large />
      <span className="grow">
        <b>{t('project.agentSilent', { name, since })}</b> <span className="t2">{t('project.agentSilentHint')}</span>
      </span>
    </div>
  );
}

/** A site's times are corrected by the hub's clock; until they are, readings stand in the order in which they came. */
function ClockBanner({ agent: { name, clock: state, clock_offset_ms: offset } }: { agent: Agent }) {
  const { t } = useTranslation();
  if (state !== 'suspect' && state !== 'unsynced') return null;
  const off = offset === null ? null : duration(Math.abs(offset) / 1000);
  return (
    <div className="banner" data-s="warning" role="status">
      <StatusMark mark="warning" large />
      <span className="grow">
        <b>{off === null ? t('project.clockUnknown', { name }) : t('project.clockOff', { name, off })}</b>{' '}
        <span className="t2">{t('project.clockHint')}</span>
      </span>
    </div>
  );
}
