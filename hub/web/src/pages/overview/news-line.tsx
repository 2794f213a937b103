import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import { titleOf, typeset } from '../../components/alert-words.ts';
import { shortId } from '../../components/short-id.ts';
import { type Mark, StatusMark } from '../../components/status-mark.tsx';
import { clock, duration, moment } from '../../format.ts';
import type { News } from './news.ts';

/** One thing that changed, with a way to it. */
export function NewsLine({ news, rules }: { news: News; rules: RuleBook }) {
  const { t } = useTranslation();
  const mark = markOf(news);
  return (
    <li data-s={mark}>
      <time dateTime={news.at}>{dayAndClock(news.at)}</time>
      <StatusMark mark={mark} />
      <Target news={news}>{wordsOf(t, news, rules)}</Target>
    </li>
  );
}

function Target({ news, children }: { news: News; children: string }) {
  if ('alerts' in news) {
    const search = news.alerts.length === 1 ? { alert: news.alerts[0].id } : { project: news.projectId };
    return (
      <Link to="/alerts" search={news.kind === 'over' ? { view: 'resolved', ...search } : search}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/projects/$projectId" params={{ projectId: news.projectId }}>
      {children}
    </Link>
  );
}

function markOf(news: News): Mark {
  if (news.kind === 'begun') return news.alerts[0].severity;
  if (news.kind === 'over') return 'normal';
  return news.kind === 'maintenance' ? 'maint' : 'info';
}

function wordsOf(t: TFunction, news: News, rules: RuleBook): string {
  const { projectId } = news;
  switch (news.kind) {
    case 'begun':
    case 'over':
      return alertWords(t, news, rules);
    case 'project':
    case 'agent':
    case 'revoked':
      return t(`overview.since.${news.kind}`, { name: news.name, actor: news.actor, project: projectId });
    case 'containers':
      return t('overview.since.containers', { count: news.count, name: news.name, project: projectId });
    case 'maintenance': {
      const target = news.target === '' ? projectId : shortId(news.target, projectId);
      return t('overview.since.maintenance', { target, until: dayAndClock(news.until), actor: news.actor });
    }
  }
}

function alertWords(t: TFunction, { kind, alerts }: News & { kind: 'begun' | 'over' }, rules: RuleBook): string {
  const [alert] = alerts;
  const { rule_id: rule, timestamp, resolved_at: ended } = alert;
  if (alerts.length > 1) {
    const name = rule === null ? alert.message : typeset(rules.get(rule)?.name ?? rule);
    return t(`overview.since.${kind === 'over' ? 'manyOver' : 'many'}`, { count: alerts.length, rule: name });
  }
  const what = titleOf(alert, rules);
  if (kind === 'begun' || ended === null) return what;
  return t('overview.since.over', { what, time: duration((Date.parse(ended) - Date.parse(timestamp)) / 1000) });
}

/** The clock; with its day where that is not today. */
export function dayAndClock(at: string | number): string {
  const dayOf = (time: string | number): string => moment(time, { dateStyle: 'short' });
  if (dayOf(at) === dayOf(Date.now())) return clock(at);
  return moment(at, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
