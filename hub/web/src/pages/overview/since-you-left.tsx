import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { activitySinceQuery } from '../../api/activity.ts';
import { rulesQuery } from '../../api/alert-rules.ts';
import { alertsQuery } from '../../api/alerts.ts';
import { Icon } from '../../components/icon.tsx';
import { useSession } from '../../session/session.ts';
import { newsSince, TOLD } from './news.ts';
import { dayAndClock, NewsLine } from './news-line.tsx';
import { useVisit } from './use-visit.ts';

/** So many lines are read; the log has the rest. */
const MOST = 8;
const ASKED = 200;
const URGENT = 'critical,warning';

/** What changed since somebody left, until they put it away; nothing where nothing did. */
export function SinceYouLeft() {
  const { email, name } = useSession();
  const { since, dismiss } = useVisit(email ?? name);
  return since === null ? null : <Since since={since} onDismiss={dismiss} />;
}

function Since({ since, onDismiss }: { since: number; onDismiss: () => void }) {
  const { t } = useTranslation();
  const from = new Date(since).toISOString();
  const begun = useQuery(alertsQuery({ from, severity: URGENT, sort: '-timestamp', limit: ASKED }));
  const over = useQuery(alertsQuery({ status: 'resolved', severity: URGENT, sort: '-last_seen_at', limit: ASKED }));
  const log = useQuery(activitySinceQuery(from, TOLD));
  const { data: rules } = useQuery(rulesQuery());
  if (begun.data === undefined || over.data === undefined || log.data === undefined || rules === undefined) return null;
  const news = newsSince(since, [...begun.data.data, ...over.data.data], log.data.data);
  if (news.length === 0) return null;
  return (
    <section className="card" aria-labelledby="since">
      <div className="card-h">
        <h2 id="since">{t('overview.since.title')}</h2>
        <time className="t2" dateTime={from}>
          {dayAndClock(since)}
        </time>
        <button
          type="button"
          className="btn ghost sm icon end"
          aria-label={t('common.dismiss')}
          title={t('common.dismiss')}
          onClick={onDismiss}
        >
          <Icon name="close" small />
        </button>
      </div>
      <ul className="log">
        {news.slice(0, MOST).map((item) => (
          <NewsLine key={item.key} news={item} rules={rules} />
        ))}
      </ul>
      {news.length > MOST && <p className="card-f t2">{t('overview.since.more', { count: news.length - MOST })}</p>}
    </section>
  );
}
