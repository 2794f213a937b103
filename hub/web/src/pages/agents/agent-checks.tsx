import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Agent } from '../../api/agents.ts';
import { rulesQuery } from '../../api/alert-rules.ts';
import { alertsQuery } from '../../api/alerts.ts';
import { typeset } from '../../components/alert-words.ts';
import { Panel } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';

/** What the hub watches of an agent: each rule, and the alert that is open by it. */
export function AgentChecks({ agent: { project_id: projectId, agent_id: id } }: { agent: Agent }) {
  const { t } = useTranslation();
  const rules = useQuery(rulesQuery(projectId));
  const alerts = useQuery(
    alertsQuery({ project_id: projectId, target_type: 'agent', status: 'active,acknowledged', limit: 500 }),
  );
  const open = alerts.data?.data.filter(({ target_id: target }) => target === id) ?? [];
  return (
    <div className="sec">
      <h3>{t('agents.checks')}</h3>
      <Panel of={alerts}>
        {() => (
          <Panel of={rules}>
            {(book) => (
              <ul className="checks">
                {[...book.values()]
                  .filter(({ target_type: target }) => target === 'agent')
                  .map(({ rule_id: rule, name, enabled }) => {
                    const alert = open.find((each) => each.rule_id === rule);
                    const mark = alert?.severity ?? (enabled ? 'normal' : 'unknown');
                    return (
                      <li key={rule} data-s={mark}>
                        <StatusMark mark={mark} />
                        <span>{typeset(name)}</span>
                        {alert === undefined ? (
                          <span className="t2">{t(enabled ? 'agents.noAlert' : 'agents.notWatched')}</span>
                        ) : (
                          <Link className="link" to="/alerts" search={{ alert: alert.id }}>
                            {t(`common.severity.${alert.severity}`)}
                          </Link>
                        )}
                      </li>
                    );
                  })}
              </ul>
            )}
          </Panel>
        )}
      </Panel>
    </div>
  );
}
