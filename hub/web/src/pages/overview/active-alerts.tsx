import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Alert, alertsQuery } from '../../api/alerts.ts';
import { useAcknowledge } from '../../api/use-acknowledge.ts';
import { Empty, Failure, Panel } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { type Said, UndoToast } from '../../components/undo-toast.tsx';
import { useAlertWords } from '../../components/use-alert-words.ts';
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
  const [said, setSaid] = useState<Said | null>(null);
  const { take, takeBack } = useAcknowledge({
    onTaken: (taken) => {
      const { by, undoable } = taken;
      const text = by === null ? t('alerts.said.acknowledge', { count: 1 }) : t('alerts.takenBefore', { name: by });
      setSaid({ text, undo: undoable.length === 0 ? undefined : () => takeBack.mutate(taken) });
    },
    onTakenBack: (count) => setSaid({ text: t('alerts.said.unacknowledge', { count }) }),
  });
  const error = take.error ?? takeBack.error;
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
        {error !== null && <Failure error={error} />}
        <Panel of={alerts}>
          {() =>
            causes.length === 0 ? (
              <Empty>{t('overview.quiet')}</Empty>
            ) : (
              causes
                .slice(0, MOST)
                .map((alert) => (
                  <Line
                    key={alert.id}
                    alert={alert}
                    isBusy={take.isPending && take.variables.includes(alert)}
                    onTake={() => take.mutate([alert])}
                  />
                ))
            )
          }
        </Panel>
      </section>
      <UndoToast said={said} onClose={() => setSaid(null)} />
    </div>
  );
}

function Line({ alert, isBusy, onTake }: { alert: Alert; isBusy: boolean; onTake: () => void }) {
  const { id, severity, project_id: project, target_type: type, target_id: target, first_seen_at: since } = alert;
  const { t } = useTranslation();
  const now = useNow();
  const mayWork = useMay('work');
  const words = useAlertWords();
  return (
    <div className="al" data-s={severity}>
      <StatusMark mark={severity} large pulse={severity === 'critical'} />
      <p className="ttl">
        <Link to="/alerts" search={{ alert: id }}>
          {words.all(alert)}
        </Link>
      </p>
      <p className="meta">
        <b className="sev">{t(`common.severity.${severity}`)}</b> · {duration((now - Date.parse(since)) / 1000)}
      </p>
      {/* An agent's id says nothing to anybody: its name is in the title. */}
      <p className="meta">{target === '' || type === 'agent' ? project : target}</p>
      {mayWork && (
        <button type="button" className="btn sm" disabled={isBusy} onClick={onTake}>
          {t('overview.acknowledge')}
        </button>
      )}
    </div>
  );
}
