import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import type { MinerDetail } from '../../api/miners.ts';
import { limitOf, nameOfRule, quantity } from '../../components/alert-words.ts';
import { SilentMark } from '../../components/miner/silent-mark.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useLimitWords } from '../../components/use-limit-words.ts';
import { useNow } from '../../components/use-now.ts';
import { duration } from '../../format.ts';
import { stateOf } from './state.ts';

/** How it is, in one sentence; against which limit, since when, and how old that is. */
export function StateCard({
  miner,
  open,
  rules,
}: {
  miner: MinerDetail;
  open: readonly Alert[];
  rules: RuleBook | undefined;
}) {
  const { t } = useTranslation();
  const now = useNow();
  const { status, observed_at: read } = miner;
  const { mark, cause } = stateOf(miner, open);
  const word = t(`common.miner.${status}`);
  const ago = (at: string): string => duration((now - Date.parse(at)) / 1000);
  return (
    <section className="card state" data-s={mark} aria-label={t('miner.state')}>
      {status === 'sleeping' ? <SilentMark state="sleeping" /> : <StatusMark mark={mark} pulse={mark === 'critical'} />}
      <div>
        <p className="state-h">
          {cause === null ? word : t('miner.because', { status: word, what: nameOfRule(cause, rules) })}
        </p>
        <p className="t2 dots">
          {cause !== null && <Cause alert={cause} rules={rules} since={ago(cause.first_seen_at)} />}
          <span>{read === null ? t('container.neverRead') : t('container.read', { time: ago(read) })}</span>
        </p>
      </div>
    </section>
  );
}

function Cause({ alert, rules, since }: { alert: Alert; rules: RuleBook | undefined; since: string }) {
  const { t } = useTranslation();
  const limitWords = useLimitWords();
  const { id, rule_id: ruleId, value, unit } = alert;
  const limit = limitOf(alert, ruleId === null ? undefined : rules?.get(ruleId));
  return (
    <>
      {value !== null && <span>{quantity(value, unit, t('alerts.day'))}</span>}
      {limit !== null && <span>{limitWords(limit, unit)}</span>}
      <span>
        <Link className="plain" to="/alerts" search={{ alert: id }}>
          {t('miner.for', { time: since })}
        </Link>
      </span>
    </>
  );
}
