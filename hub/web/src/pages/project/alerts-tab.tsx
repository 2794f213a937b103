import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Alert, alertsQuery } from '../../api/alerts.ts';
import { AlertLine } from '../../components/alert-line.tsx';
import { Empty, Panel } from '../../components/panel.tsx';
import { shortId } from '../../components/short-id.ts';
import { useAlertWords } from '../../components/use-alert-words.ts';
import { useNow } from '../../components/use-now.ts';
import { duration, number } from '../../format.ts';

export const OPEN_ALERTS = { status: 'active,acknowledged', sort: 'severity', limit: 50 } as const;

/** The project's open alerts, the most important first; each leads to the inbox. */
export function AlertsTab({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const alerts = useQuery(alertsQuery({ project_id: projectId, ...OPEN_ALERTS }));
  return (
    <section className="card alerts" aria-label={t('project.tabs.alerts')}>
      <Panel of={alerts}>
        {({ data, total }) => (
          <>
            {data.length === 0 && <Empty>{t('project.noAlerts')}</Empty>}
            {data.map((alert) => (
              <Line key={alert.id} alert={alert} />
            ))}
            <div className="card-f">
              {total > data.length && (
                <span>{t('project.shownOf', { shown: number(data.length), total: number(total) })}</span>
              )}
              <Link className="btn sm end" to="/alerts" search={{ project: projectId }}>
                {t('project.inbox')}
              </Link>
            </div>
          </>
        )}
      </Panel>
    </section>
  );
}

function Line({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const now = useNow();
  const words = useAlertWords();
  const { project_id: projectId, target_id: target } = alert;
  return (
    <AlertLine
      alert={alert}
      title={words.all(alert)}
      meta={
        <>
          <span>{t('common.ago', { time: duration((now - Date.parse(alert.first_seen_at)) / 1000) })}</span>
          <span>
            {alert.target_type === 'miner' ? (
              <Link className="plain" to="/projects/$projectId/miners/$minerId" params={{ projectId, minerId: target }}>
                {shortId(target, projectId)}
              </Link>
            ) : target === '' ? (
              projectId
            ) : (
              (alert.target_name ?? shortId(target, projectId))
            )}
          </span>
          {alert.assignee !== null && <span>{alert.assignee}</span>}
          {alert.suppressed_by !== null && <span>{t('project.explained')}</span>}
        </>
      }
    />
  );
}
