import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../api/alerts.ts';
import type { List } from '../../api/list.ts';
import { AlertLine } from '../../components/alert-line.tsx';
import { Empty } from '../../components/panel.tsx';
import { useAlertWords } from '../../components/use-alert-words.ts';
import { useNow } from '../../components/use-now.ts';
import { duration, number } from '../../format.ts';

const MOST = 6;

/** Open alerts of the container and what is in it: causes first, what follows from them marked as such. */
export function ContainerAlerts({
  alerts: { data, total },
  containerId,
  projectId,
}: {
  alerts: List<Alert>;
  containerId: string;
  projectId: string;
}) {
  const { t } = useTranslation();
  const ordered = data.toSorted((a, b) => Number(a.suppressed_by !== null) - Number(b.suppressed_by !== null));
  const shown = ordered.slice(0, MOST);
  return (
    <section className="card alerts" aria-labelledby="ca">
      <div className="card-h">
        <h2 id="ca">{t('container.alerts')}</h2>
        <span className="t2">{number(total)}</span>
        <Link className="btn ghost sm end" to="/alerts" search={{ project: projectId, q: containerId }}>
          {t('container.inbox')}
        </Link>
      </div>
      {shown.length === 0 && <Empty>{t('container.noAlerts')}</Empty>}
      {shown.map((alert) => (
        <Line key={alert.id} alert={alert} containerId={containerId} />
      ))}
      {total > shown.length && <p className="card-f">{t('container.moreAlerts', { count: total - shown.length })}</p>}
    </section>
  );
}

function Line({ alert, containerId }: { alert: Alert; containerId: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const words = useAlertWords();
  const { first_seen_at: since, suppressed_by: cause, target_id: target } = alert;
  return (
    <AlertLine
      alert={alert}
      title={words.here(alert)}
      isRuleName
      isCalm={cause !== null}
      meta={
        <>
          <span>{duration((now - Date.parse(since)) / 1000)}</span>
          {target !== containerId && (
            <span>
              <Link className="plain" to="." search={(before) => ({ ...before, miner: target })}>
                {target}
              </Link>
            </span>
          )}
          {cause !== null && <span>{t('container.follows')}</span>}
        </>
      }
    />
  );
}
