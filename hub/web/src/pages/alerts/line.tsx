import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { Age } from '../../components/age.tsx';
import { costsOf, limitOf, quantity, titleOf } from '../../components/alert-words.ts';
import { Avatar } from '../../components/avatar.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useLimitWords } from '../../components/use-limit-words.ts';
import { clock } from '../../format.ts';

interface Props {
  readonly alert: Alert;
  readonly rules: RuleBook | undefined;
  readonly explains: number;
  readonly isNew: boolean;
  readonly isCurrent: boolean;
  readonly isStop: boolean;
  readonly isChosen: boolean;
  readonly opening: { readonly replace: boolean; readonly resetScroll: boolean };
  readonly onChoose: ((id: number) => void) | null;
}

/** An alert in the list: what and where, how bad, since when, against which limit, what it costs, who has it. */
export function Line({ alert, rules, explains, isNew, isCurrent, isStop, isChosen, opening, onChoose }: Props) {
  const { t } = useTranslation();
  const { id, severity, status, first_seen_at: since, resolved_at: end } = alert;
  const isOver = status === 'resolved';
  const title = titleOf(alert, rules);
  return (
    <div className={isNew ? 'li new' : 'li'} data-s={isOver ? 'normal' : severity}>
      <StatusMark mark={isOver ? 'normal' : severity} pulse={severity === 'critical' && status === 'active'} />
      <Link
        className={isOver ? 'ttl t2' : 'ttl'}
        to="/alerts"
        search={(search) => ({ ...search, alert: id })}
        {...opening}
        data-alert={id}
        tabIndex={isStop ? 0 : -1}
        aria-current={isCurrent ? 'true' : undefined}
        activeProps={NO_PROPS}
        preload={false}
      >
        {title}
      </Link>
      <span className="age">
        {isOver && end !== null ? <time dateTime={end}>{clock(end)}</time> : <Age since={since} />}
        {isNew && <span className="sr">{t('alerts.unread')}</span>}
      </span>
      <Measures alert={alert} rules={rules} explains={explains} />
      <Holder alert={alert} />
      {onChoose !== null && (
        <input
          type="checkbox"
          className="pick"
          tabIndex={-1}
          aria-label={t('alerts.choose', { title })}
          checked={isChosen}
          onChange={() => onChoose(id)}
        />
      )}
    </div>
  );
}

/** The router marks every link to this page as active; only one alert is. */
const NO_PROPS = { 'aria-current': undefined, className: '' };

function Measures({ alert, rules, explains }: Pick<Props, 'alert' | 'rules' | 'explains'>) {
  const { t } = useTranslation();
  const limitWords = useLimitWords();
  const { severity, value, unit } = alert;
  const limit = limitOf(alert, alert.rule_id === null ? undefined : rules?.get(alert.rule_id));
  const parts = [
    ...(value === null ? [] : [quantity(value, unit, t('alerts.day'))]),
    // A band is of a project's own rule: the detail asks for that.
    ...(limit === null || limit.kind === 'band' ? [] : [limitWords(limit, unit)]),
    ...costsOf(t, alert),
    ...(explains === 0 ? [] : [t('alerts.explains', { count: explains })]),
  ];
  return (
    <span className="meta">
      <span className="dots">
        <b className="sev">{t(`common.severity.${severity}`)}</b>
        {parts.map((part) => (
          <span key={part}>{part}</span>
        ))}
      </span>
    </span>
  );
}

/** State and owner, and what else keeps it quiet. */
function Holder({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const words = useHolderWords(alert);
  const { flapping, silenced_until: silenced } = alert;
  const isSilent = silenced !== null && Date.parse(silenced) > Date.now();
  // Nobody is expected to have what is only good to know.
  const isQuiet = alert.severity === 'info' && alert.status === 'active' && alert.assignee === null;
  if (isQuiet && !flapping && !isSilent) return null;
  const person = alert.status === 'resolved' ? null : (alert.assignee ?? alert.acknowledged_by);
  return (
    <span className="meta holder">
      <span className="row">
        {person !== null && <Avatar name={person} small />}
        <span>{words}</span>
      </span>
      {flapping && <span className="tag">{t('alerts.flapping')}</span>}
      {isSilent && <span className="tag">{t('alerts.silencedUntil', { until: clock(silenced) })}</span>}
    </span>
  );
}

function useHolderWords(alert: Alert): string {
  const { t } = useTranslation();
  const { status, assignee, acknowledged_by: by, acknowledged_at: at } = alert;
  if (status === 'resolved')
    return alert.resolved_by === null ? t('alerts.overAlone') : t('alerts.overBy', { name: alert.resolved_by });
  if (status === 'acknowledged' && by !== null) {
    const time = at === null ? '' : clock(at);
    if (assignee === null || assignee === by) return t('alerts.acknowledgedBy', { name: by, time });
    return t('alerts.acknowledgedFor', { name: by, time, assignee });
  }
  return assignee === null ? t('alerts.nobody') : t('alerts.has', { name: assignee });
}
