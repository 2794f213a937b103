import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { AlertDetail } from '../../api/alerts.ts';
import { explainedQuery } from '../../api/inbox.ts';
import { titleOf, typeset } from '../../components/alert-words.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { number } from '../../format.ts';
import { type ExplainedRow, explainedRows, minerAt } from './explained-miners.ts';

/** What this alert explains: alerts of its own kind of target and below, and miners that raise none because of it. */
export function Explained({ detail, rules }: { detail: AlertDetail; rules: RuleBook | undefined }) {
  const { t } = useTranslation();
  const { data } = useQuery(explainedQuery(detail.id));
  const rows = explainedRows(detail.explained_miners);
  const alerts = data?.data ?? [];
  if (alerts.length === 0 && rows.length === 0) return null;
  return (
    <div className="sec">
      <h3>{t('alerts.explained')}</h3>
      {alerts.map((alert) => (
        <p key={alert.id} className="rel" data-s={alert.status === 'resolved' ? 'normal' : alert.severity}>
          <StatusMark mark={alert.status === 'resolved' ? 'normal' : alert.severity} />
          <Link
            className="link"
            to="/alerts"
            search={(search) => ({ ...search, alert: alert.id })}
            resetScroll={false}
            replace
          >
            {titleOf(alert, rules)}
          </Link>
          <span className="t2 end">{t(`common.alertStatus.${alert.status}`)}</span>
        </p>
      ))}
      {rows.map((row) => (
        <Miners key={`${row.containerId} ${row.ruleId}`} projectId={detail.project_id} row={row} rules={rules} />
      ))}
    </div>
  );
}

/** So many miners by rule and container; their places on demand. */
function Miners({ projectId, row, rules }: { projectId: string; row: ExplainedRow; rules: RuleBook | undefined }) {
  const { t } = useTranslation();
  const { containerId, ruleId, positions } = row;
  return (
    <details className="rel-miners">
      <summary>
        <span>
          {t('alerts.minersOf', {
            number: number(positions.length),
            rule: typeset(rules?.get(ruleId)?.name ?? ruleId),
          })}
        </span>
        <span className="t2 end">{containerId}</span>
      </summary>
      <p className="places">
        {positions.map((position) => (
          <Link
            key={position}
            className="link"
            to="/projects/$projectId/miners/$minerId"
            params={{ projectId, minerId: minerAt(containerId, position) }}
            aria-label={minerAt(containerId, position)}
            preload={false}
          >
            {position}
          </Link>
        ))}
      </p>
    </details>
  );
}
