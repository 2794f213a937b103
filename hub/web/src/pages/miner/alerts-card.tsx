import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import type { Alert } from '../../api/alerts.ts';
import { Age } from '../../components/age.tsx';
import { AlertLine } from '../../components/alert-line.tsx';
import { nameOfRule, titleOf, typeset } from '../../components/alert-words.ts';
import { Empty, Failure, Skeleton } from '../../components/panel.tsx';

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
        <AlertLine
          key={alert.id}
          alert={alert}
          title={nameOfRule(alert, rules)}
          isRuleName
          meta={<Since alert={alert} />}
        >
          <Runbook text={alert.rule_id === null ? undefined : rules?.get(alert.rule_id)?.runbook} />
        </AlertLine>
      ))}
      {around.map((alert) => (
        <AlertLine
          key={alert.id}
          alert={alert}
          title={titleOf(alert, rules)}
          isRuleName
          meta={
            <>
              <Since alert={alert} />
              <span>{t('miner.ofContainer')}</span>
            </>
          }
        />
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

/** How long it has been going on. */
function Since({ alert }: { alert: Alert }) {
  return (
    <span>
      <Age since={alert.first_seen_at} />
    </span>
  );
}
