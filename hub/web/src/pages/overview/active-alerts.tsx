import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Alert, acknowledge, alertsQuery } from '../../api/alerts.ts';
import { Empty, Failure, Panel } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration, number } from '../../format.ts';
import { useMay } from '../../session/session.ts';

const MOST = 10;
/** What another alert explains comes along, and is left out here. */
const ASKED = 200;

/** The most important open alerts, to be acknowledged in place. */
export function ActiveAlerts() {
  const { t } = useTranslation();
  const alerts = useQuery(
    alertsQuery({ status: 'active', severity: 'critical,warning', sort: 'severity', limit: ASKED }),
  );
  const causes = (alerts.data?.data ?? []).filter(({ suppressed_by: by }) => by === null);
  return (
    <div className="stack">
      <div className="row panel-title">
        <h2>{t('overview.alerts')}</h2>
        <span className="t2">{alerts.data && number(causes.length)}</span>
        <Link className="btn ghost sm end" to="/alerts">
          {t('overview.inbox')}
        </Link>
      </div>
      <section className="card alerts" aria-label={t('overview.alerts')}>
        <Panel of={alerts}>
          {() =>
            causes.length === 0 ? (
              <Empty>{t('overview.quiet')}</Empty>
            ) : (
              causes.slice(0, MOST).map((alert) => <Line key={alert.id} alert={alert} />)
            )
          }
        </Panel>
      </section>
    </div>
  );
}

function Line({
  alert: { id, severity, message, project_id: project, target_id: target, first_seen_at: since },
}: {
  alert: Alert;
}) {
  const { t } = useTranslation();
  const now = useNow();
  const mayWork = useMay('work');
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: () => acknowledge(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['alerts'] }),
  });
  return (
    <div className="al" data-s={severity}>
      <StatusMark mark={severity} large pulse={severity === 'critical'} />
      <p className="ttl">
        <Link to="/alerts" search={{ alert: id }}>
          {message}
        </Link>
      </p>
      <p className="meta">
        <b className="sev">{t(`common.severity.${severity}`)}</b> · {duration((now - Date.parse(since)) / 1000)}
      </p>
      <p className="meta">{target === '' ? project : target}</p>
      {mayWork && (
        <button
          type="button"
          className="btn sm"
          disabled={take.isPending || take.isSuccess}
          onClick={() => take.mutate()}
        >
          {t(take.isSuccess ? 'overview.acknowledged' : 'overview.acknowledge')}
        </button>
      )}
      {take.error !== null && <Failure error={take.error} />}
    </div>
  );
}
