import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { limitOf, quantity } from '../../components/alert-words.ts';
import { Figure } from '../../components/figure.tsx';
import { useLimitWords } from '../../components/use-limit-words.ts';
import { hashrate, measured, moment, number, percent, UNKNOWN } from '../../format.ts';
import type { Shown } from './detail-head.tsx';

/** What it costs, and what was measured against which limit. */
export function Impact({ alert, rules }: Shown) {
  const { t } = useTranslation();
  const limitWords = useLimitWords();
  const { impact, value, unit } = alert;
  const limit = limitOf(alert, alert.rule_id === null ? undefined : rules?.get(alert.rule_id));
  const share = percent(impact?.share_of_project_pct);
  return (
    <dl className="imp">
      <div>
        <dt>{t('alerts.fact.miners')}</dt>
        <dd>{number(impact?.miners)}</dd>
      </div>
      <div>
        <dt>{t('alerts.fact.lost')}</dt>
        <dd>
          <Figure {...hashrate(impact?.hashrate_ths)} />
        </dd>
      </div>
      <div>
        <dt>{t('alerts.fact.share')}</dt>
        <dd>
          <Figure {...share} />
        </dd>
      </div>
      {value !== null && (
        <div>
          <dt>
            {limit === null ? t('alerts.fact.value') : t('alerts.fact.measured', { limit: limitWords(limit, unit) })}
          </dt>
          <dd>
            <Figure value={measured(value)} unit={unit === 'd' ? t('alerts.day') : (unit ?? '')} />
          </dd>
        </div>
      )}
      <div>
        <dt>{t('alerts.fact.occurrences')}</dt>
        <dd>{number(alert.occurrences)}</dd>
      </div>
    </dl>
  );
}

/** When, who, and against what. */
export function Facts({ alert, rules, zone }: Shown) {
  const { t } = useTranslation();
  const limitWords = useLimitWords();
  const limit = limitOf(alert, alert.rule_id === null ? undefined : rules?.get(alert.rule_id));
  const at = (time: string): string =>
    moment(time, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false }, zone);
  const rows: readonly (readonly [label: string, value: string | null, isShown?: boolean])[] = [
    [t('alerts.fact.value'), alert.value === null ? null : quantity(alert.value, alert.unit, t('alerts.day'))],
    [t('alerts.fact.threshold'), limit === null ? null : limitWords(limit, alert.unit)],
    [t('alerts.fact.firstSeen'), at(alert.first_seen_at)],
    [t('alerts.fact.lastSeen'), at(alert.last_seen_at)],
    [t('alerts.fact.owner'), alert.assignee],
    [
      t('alerts.fact.acknowledged'),
      alert.acknowledged_at === null ? null : `${alert.acknowledged_by ?? UNKNOWN}, ${at(alert.acknowledged_at)}`,
    ],
    [
      t('alerts.fact.acknowledgedUntil'),
      alert.acknowledged_until && at(alert.acknowledged_until),
      alert.acknowledged_until !== null,
    ],
    [t('alerts.fact.silenced'), alert.silenced_until && at(alert.silenced_until), alert.silenced_until !== null],
    [
      t('alerts.fact.resolved'),
      alert.resolved_at && `${alert.resolved_by ?? t('alerts.byItself')}, ${at(alert.resolved_at)}`,
      alert.resolved_at !== null,
    ],
  ];
  return (
    <div className="sec">
      <h3>{t('alerts.facts')}</h3>
      <dl className="facts">
        {rows
          .filter(([, , isShown = true]) => isShown)
          .map(([label, value]) => (
            <div key={label} className="fact">
              <dt>{label}</dt>
              <dd title={value ?? undefined}>{value ?? UNKNOWN}</dd>
            </div>
          ))}
      </dl>
      {alert.previous_id !== null && <Repeats id={alert.previous_id} />}
      {alert.flapping && <p className="t2 small">{t('alerts.flappingMeans')}</p>}
    </div>
  );
}

function Repeats({ id }: { id: number }) {
  const { t } = useTranslation();
  return (
    <p>
      <Link className="link" to="/alerts" search={(search) => ({ ...search, alert: id })} resetScroll={false} replace>
        {t('alerts.repeats', { id })}
      </Link>
    </p>
  );
}
