import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { Age } from '../../components/age.tsx';
import { nameOfRule, titleOf, typeset } from '../../components/alert-words.ts';
import { Empty, Failure, Skeleton } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';

interface CardProps {
  /** Its own open alerts. */
  readonly open: readonly Alert[];
  /** Those of the container around it. */
  readonly around: readonly Alert[];
  readonly isKnown: boolean;
  readonly error: Error | null;
  readonly rules: RuleBook | undefined;
}

/** What is wrong with it, and with the container that it stands in. */
export function AlertsCard({ open, around, isKnown, error, rules }: CardProps) {
  const { t } = useTranslation();
  return (
    <section className="card alerts" aria-labelledby="ma">
      <div className="card-h">
        <h2 id="ma">{t('miner.alerts')}</h2>
      </div>
      {isKnown && open.length + around.length === 0 && <Empty>{t('miner.noAlerts')}</Empty>}
      {!isKnown && (error === null ? <Skeleton rows={1} /> : <Failure error={error} />)}
      {open.map((alert) => (
        <Line key={alert.id} alert={alert} title={nameOfRule(alert, rules)}>
          <Runbook text={alert.rule_id === null ? undefined : rules?.get(alert.rule_id)?.runbook} />
        </Line>
      ))}
      {around.map((alert) => (
        <Line key={alert.id} alert={alert} title={titleOf(alert, rules)} isAround />
      ))}
    </section>
  );
}

/** What to look at, as the rule says. */
function Runbook({ text }: { text: string | undefined }) {
  const { t } = useTranslation();
  if (text === undefined) return null;
  return (
    <p className="runbook">
      <b>{t('miner.check')}</b> {typeset(text)}
    </p>
  );
}

interface LineProps {
  readonly alert: Alert;
  readonly title: string;
  readonly isAround?: boolean;
  readonly children?: React.ReactNode;
}

function Line({ alert, title, isAround = false, children }: LineProps) {
  const { t } = useTranslation();
  const { id, severity, status, first_seen_at: since } = alert;
  return (
    <div className="al" data-s={severity}>
      <StatusMark mark={severity} large pulse={severity === 'critical' && status === 'active'} />
      <p className="ttl cap">
        <Link to="/alerts" search={{ alert: id }}>
          {title}
        </Link>
      </p>
      <p className="meta dots">
        <span>
          <b className="sev">{t(`common.severity.${severity}`)}</b>
        </span>
        <span>{t(`common.alertStatus.${status}`)}</span>
        <span>
          <Age since={since} />
        </span>
        {isAround && <span>{t('miner.ofContainer')}</span>}
      </p>
      {children}
    </div>
  );
}
