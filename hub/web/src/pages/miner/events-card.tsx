import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ActivityEntry, activityOfQuery } from '../../api/activity.ts';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { type MinerDetail, minerSeriesQuery } from '../../api/miners.ts';
import { momentsOf, stepOf, valuesOf } from '../../charts/from-series.ts';
import { nameOfRule } from '../../components/alert-words.ts';
import { changesOf } from '../../components/changes.ts';
import { Icon } from '../../components/icon.tsx';
import { Empty, Skeleton } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { moment } from '../../format.ts';
import { eventsOf, type MinerEvent, restartsOf } from './events.ts';

const WHEN = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const UPTIME = { range: '30d', metrics: 'uptime_s', agg: 'last' } as const;
const AT_FIRST = 8;
/** A month of polls is not read every minute. */
const RESTARTS_MS = 600_000;

interface CardProps {
  readonly miner: MinerDetail;
  /** Its alerts, those that are over too; undefined until they are known. */
  readonly alerts: readonly Alert[] | undefined;
  readonly rules: RuleBook | undefined;
  readonly zone: string;
}

/** What happened to it in the last 30 days and before: alerts, restarts, changes. */
export function EventsCard({ miner, alerts, rules, zone }: CardProps) {
  const { t } = useTranslation();
  const { miner_id: id, project_id: projectId } = miner;
  const [all, setAll] = useState(false);
  const activity = useQuery(activityOfQuery(projectId, id));
  const uptime = useQuery({
    ...minerSeriesQuery(id, { ...UPTIME, project_id: projectId }),
    staleTime: RESTARTS_MS,
    refetchInterval: RESTARTS_MS,
  });
  const restarts =
    uptime.data === undefined
      ? []
      : restartsOf(momentsOf(uptime.data), valuesOf(uptime.data, 'uptime_s', { agg: 'last' }), stepOf(uptime.data));
  const events = eventsOf(alerts ?? [], activity.data?.data ?? [], restarts);
  const isKnown = alerts !== undefined && !uptime.isLoading && !activity.isLoading;
  return (
    <section className="card" aria-labelledby="ev">
      <div className="card-h">
        <h2 id="ev">{t('miner.events')}</h2>
        <span className="t2 small end">{t('container.zoneNamed', { zone: zone.replace(/_/g, ' ') })}</span>
      </div>
      <div className="card-b">
        {!isKnown && <Skeleton rows={3} />}
        {isKnown && events.length === 0 && <Empty>{t('miner.noEvents')}</Empty>}
        {isKnown && (
          <ol className="happened">
            {events.slice(0, all ? undefined : AT_FIRST).map((event) => (
              <li key={event.key}>
                <time className="t2" dateTime={new Date(event.at).toISOString()}>
                  {moment(event.at, WHEN, zone)}
                </time>
                <Event event={event} rules={rules} />
              </li>
            ))}
          </ol>
        )}
        {isKnown && !all && events.length > AT_FIRST && (
          <button type="button" className="btn sm" onClick={() => setAll(true)}>
            {t('miner.allEvents', { count: events.length })}
          </button>
        )}
      </div>
    </section>
  );
}

function Event({ event, rules }: { event: MinerEvent; rules: RuleBook | undefined }) {
  const { t } = useTranslation();
  switch (event.kind) {
    case 'restarted':
      return (
        <>
          <Icon name="retry" small />
          <span>{t('miner.restarted')}</span>
        </>
      );
    case 'changed':
      return (
        <>
          <Icon name={event.entry.actor_kind === 'agent' ? 'agent' : 'user'} small />
          <Told entry={event.entry} />
        </>
      );
    default: {
      const { alert, kind } = event;
      const mark = kind === 'ended' ? 'normal' : alert.severity;
      return (
        <>
          <span data-s={mark}>
            <StatusMark mark={mark} />
          </span>
          <span>
            <Link className="plain" to="/alerts" search={{ alert: alert.id }}>
              {t(`miner.${kind}`, { what: nameOfRule(alert, rules) })}
            </Link>
          </span>
        </>
      );
    }
  }
}

/** What an agent or the hub found of which miner stands here, in words; what people did, with what it changed. */
function Told({ entry }: { entry: ActivityEntry }) {
  const { t } = useTranslation();
  const words = WORDS[entry.action];
  if (words !== undefined) {
    const { from, to, slot, other, serial } = entry.after ?? {};
    const machine = typeof serial === 'string' ? serial : '';
    return <span>{t(words, { from: from ?? slot, to: to ?? other, machine })}</span>;
  }
  return (
    <span>
      {entry.actor_name} <span className="tag">{entry.action}</span>{' '}
      {changesOf(entry).map(({ name, before, after }) => (
        <span key={name} className="one-change">
          <span className="t2">{name}</span> {before !== null && <s>{before}</s>} {after}{' '}
        </span>
      ))}
    </span>
  );
}

const WORDS: Readonly<Record<string, `miner.told.${'moved' | 'swapped' | 'duplicate' | 'cloned'}`>> = {
  'miner.moved': 'miner.told.moved',
  'miner.swapped': 'miner.told.swapped',
  'miner.duplicate': 'miner.told.duplicate',
  'miner.cloned': 'miner.told.cloned',
};
