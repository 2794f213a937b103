import { useTranslation } from 'react-i18next';
import type { Agent } from '../../api/agents.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration } from '../../format.ts';
import { healthOf, MARKS } from './health.ts';

/** How an agent does, in a word, and when it was last heard. */
export function AgentHealth({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const now = useNow();
  const health = healthOf(agent);
  const { last_seen_at: seen } = agent;
  const mark = MARKS[health];
  return (
    <span className="status" data-s={mark}>
      <StatusMark mark={mark} />
      <span>
        {t(`agents.health.${health}`)}
        {seen !== null && (
          <span className="t2"> · {t('agents.heard', { age: duration((now - Date.parse(seen)) / 1000) })}</span>
        )}
      </span>
    </span>
  );
}
