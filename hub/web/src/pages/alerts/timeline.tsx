import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AlertEvent } from '../../api/alerts.ts';
import { quantity } from '../../components/alert-words.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { clock, moment } from '../../format.ts';
import type { Shown } from './detail-head.tsx';
import { wordsOf } from './timeline-words.ts';

/** What happened to an alert, the newest first, by the clock of the site. */
export function Timeline({ events, alert, zone }: { events: readonly AlertEvent[] } & Shown) {
  const newestFirst = events.map((event, i) => ({ event, key: i })).reverse();
  return (
    <ol className="time">
      {newestFirst.map(({ event, key }) => (
        <Entry key={key} event={event} alert={alert} zone={zone} />
      ))}
    </ol>
  );
}

function Entry({ event, alert, zone }: { event: AlertEvent } & Omit<Shown, 'rules'>) {
  const { t } = useTranslation();
  const { mark, value, cause } = wordsOf(event, alert.severity);
  const told = useTold(event, alert.severity, zone);
  return (
    <li data-s={mark ?? 'info'}>
      <time
        className="t"
        dateTime={event.at}
        title={moment(event.at, { dateStyle: 'medium', timeStyle: 'medium' }, zone)}
      >
        {moment(event.at, timeFormat(event.at, zone), zone)}
      </time>
      <span className="k">{mark === null ? <i /> : <StatusMark mark={mark} />}</span>
      <span>
        {mark === null || mark === 'normal' ? told : <b>{told}</b>}
        {value !== null && <span className="t2"> · {quantity(value, alert.unit, t('alerts.day'))}</span>}
        {cause !== null && (
          <>
            {' '}
            <Link
              className="link"
              to="/alerts"
              search={(search) => ({ ...search, alert: cause })}
              resetScroll={false}
              replace
            >
              #{cause}
            </Link>
          </>
        )}
        {event.note !== null && <span className="said">{event.note}</span>}
      </span>
    </li>
  );
}

function useTold(event: AlertEvent, severityNow: Shown['alert']['severity'], zone: string | undefined): string {
  const { t } = useTranslation();
  const { key, assignee, until, severity } = wordsOf(event, severityNow);
  return t(`alerts.kind.${key}`, {
    actor: event.actor,
    kind: event.kind,
    assignee: assignee ?? '',
    until: until === null ? '' : moment(until, timeFormat(until, zone, false), zone),
    severity: severity === null ? '' : t(`common.severity.${severity}`),
  });
}

/** The time; with its day where that is not today. */
function timeFormat(at: string, zone: string | undefined, seconds = true): Intl.DateTimeFormatOptions {
  const dayOf = (time: string | number): string => moment(time, { dateStyle: 'short' }, zone);
  const time = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
  if (dayOf(at) !== dayOf(Date.now())) return { ...time, day: 'numeric', month: 'short' };
  return seconds ? { ...time, second: '2-digit' } : time;
}

export const noteTime = (at: string, zone: string | undefined): string => {
  const format = timeFormat(at, zone, false);
  return 'day' in format ? moment(at, format, zone) : clock(at, zone);
};
