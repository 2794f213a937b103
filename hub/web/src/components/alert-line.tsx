import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../api/alerts.ts';
import { StatusMark } from './status-mark.tsx';

/** An alert in a list outside the inbox, where it leads. */
export function AlertLine({
  alert,
  title,
  isRuleName = false,
  isCalm = false,
  meta,
  children,
}: {
  alert: Alert;
  title: string;
  /** Whether the title begins a sentence as rules are named, in lower case. */
  isRuleName?: boolean;
  /** Whether it does not call for anybody though nobody has it. */
  isCalm?: boolean;
  /** What is said after severity and state, each in a span. */
  meta: React.ReactNode;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { id, severity, status } = alert;
  return (
    <div className="al" data-s={severity}>
      <StatusMark mark={severity} large pulse={severity === 'critical' && status === 'active' && !isCalm} />
      <p className={isRuleName ? 'ttl cap' : 'ttl'}>
        <Link to="/alerts" search={{ alert: id }}>
          {title}
        </Link>
      </p>
      <p className="meta dots">
        <span>
          <b className="sev">{t(`common.severity.${severity}`)}</b>
        </span>
        <span>{t(`common.alertStatus.${status}`)}</span>
        {meta}
      </p>
      {children}
    </div>
  );
}
