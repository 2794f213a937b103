import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { AlertDetail } from '../../api/alerts.ts';
import { Age } from '../../components/age.tsx';
import { titleOf } from '../../components/alert-words.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { clock } from '../../format.ts';
import { containerOf } from './deed.ts';

/** What the parts of a detail are shown of. */
export interface Shown {
  readonly alert: AlertDetail;
  /** As they hold in the alert's project. */
  readonly rules: RuleBook | undefined;
  /** Of the site. */
  readonly zone: string | undefined;
}

export function DetailHead({ alert, rules, zone }: Shown) {
  const { t } = useTranslation();
  const { severity, status, first_seen_at: since, rule_id: rule, suppressed_by: cause } = alert;
  const isOver = status === 'resolved';
  return (
    <div className="dh" data-s={isOver ? 'normal' : severity}>
      <StatusMark mark={isOver ? 'normal' : severity} large pulse={severity === 'critical' && status === 'active'} />
      <div className="grow">
        <h2 id="alert-title">{titleOf(alert, rules)}</h2>
        <p className="t2 dots">
          <b className="sev">{t(`common.severity.${severity}`)}</b>
          <span>{t(`common.alertStatus.${status}`)}</span>
          <span>
            {t('alerts.since', { time: clock(since, zone) })} (<Age since={since} />)
          </span>
          <Where alert={alert} />
          {rule !== null && <span className="mono">{rule}</span>}
        </p>
        {cause !== null && (
          <p>
            <Link
              className="link"
              to="/alerts"
              search={(search) => ({ ...search, alert: cause })}
              resetScroll={false}
              replace
            >
              {t('alerts.explainedBy', { id: cause })}
            </Link>
          </p>
        )}
      </div>
    </div>
  );
}

/** Links to the pages of what it is about. */
function Where({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const { project_id: projectId, target_type: type, target_id: id } = alert;
  if (type === 'global') return <span>{t('alerts.allProjects')}</span>;
  const containerId = containerOf(alert);
  return (
    <>
      {type === 'miner' && (
        <span>
          <Link className="link" to="/projects/$projectId/miners/$minerId" params={{ projectId, minerId: id }}>
            {id}
          </Link>
        </span>
      )}
      {containerId !== null && (
        <span>
          <Link
            className="link"
            to="/projects/$projectId/containers/$containerId"
            params={{ projectId, containerId }}
            search={type === 'miner' ? { miner: id } : {}}
          >
            {containerId}
          </Link>
        </span>
      )}
      <span>
        <Link className="link" to="/projects/$projectId" params={{ projectId }}>
          {projectId}
        </Link>
      </span>
    </>
  );
}
