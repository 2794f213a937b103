import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Judged } from '../../api/quality.ts';
import { Age } from '../../components/age.tsx';
import { titleOf, typeset } from '../../components/alert-words.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { useMinute } from '../../components/use-now.ts';
import { number, percent, text } from '../../format.ts';
import { type Noise, standing } from './quality.ts';

/** Lists are as long as one reads them. */
const MOST = 10;

interface NoiseProps {
  readonly noise: readonly Noise[];
  readonly rules: RuleBook | undefined;
}

export function Noisiest({ noise, rules }: NoiseProps) {
  const { t } = useTranslation();
  return (
    <div className="sec">
      <h3>{t('quality.noisiest')}</h3>
      {noise.length === 0 ? (
        <p className="t2">{t('quality.noNoise')}</p>
      ) : (
        <ol className="facts">
          {noise.map(({ alert, count, share }) => (
            <li key={alert.rule_id ?? alert.message} className="fact">
              <span>{nameOf(alert, rules)}</span>
              <b>
                {number(count)} <span className="t2">{text(percent(share * 100, 0))}</span>
              </b>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** What comes and goes, each with one of its alerts to look at. */
export function Chattering({ noise, rules }: NoiseProps) {
  const { t } = useTranslation();
  return (
    <div className="sec">
      <h3>{t('quality.chattering')}</h3>
      {noise.length === 0 ? (
        <p className="t2">{t('quality.noChatter')}</p>
      ) : (
        <ol className="facts">
          {noise.map(({ alert, count }) => (
            <li key={alert.id} className="fact">
              <AlertLink alert={alert} rules={rules} />
              <b>{t('quality.times', { count })}</b>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** What has been open for more than a day. */
export function Standing({ open, rules }: { open: readonly Judged[]; rules: RuleBook | undefined }) {
  const { t } = useTranslation();
  const old = standing(open, useMinute());
  return (
    <div className="sec">
      <h3>{t('quality.standing', { count: old.length })}</h3>
      {old.length > 0 && (
        <ol className="facts">
          {old.slice(0, MOST).map((alert) => (
            <li key={alert.id} className="fact">
              <span className="row" data-s={alert.severity}>
                <StatusMark mark={alert.severity} />
                <AlertLink alert={alert} rules={rules} />
              </span>
              <b>
                <Age since={alert.first_seen_at} />
              </b>
            </li>
          ))}
        </ol>
      )}
      {old.length > MOST && <p className="t2 small">{t('quality.andMore', { count: old.length - MOST })}</p>}
    </div>
  );
}

function AlertLink({ alert, rules }: { alert: Judged; rules: RuleBook | undefined }) {
  return (
    <Link className="link" to="/alerts" search={(search) => ({ ...search, alert: alert.id })} resetScroll={false}>
      {titleOf(alert, rules)}
    </Link>
  );
}

function nameOf({ rule_id: rule, message }: Judged, rules: RuleBook | undefined): string {
  return rule === null ? message : typeset(rules?.get(rule)?.name ?? rule);
}
