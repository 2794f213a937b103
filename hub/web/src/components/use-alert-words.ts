import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../api/alert-rules.ts';
import type { Alert } from '../api/alerts.ts';
import { costsOf, nameOfRule, titleOf } from './alert-words.ts';

/** What is told of an alert in one line, in the reader's language. */
interface AlertWords {
  /** `QATAR-C14 pump stopped, 308 miners, 146 PH/s, 1.7 % of the project` */
  readonly all: (alert: Alert) => string;
  /** The same on the page of what it is about: `pump stopped, 308 miners, 146 PH/s, 1.7 % of the project` */
  readonly here: (alert: Alert) => string;
}

export function useAlertWords(): AlertWords {
  const { t } = useTranslation();
  const { data: rules } = useQuery(rulesQuery());
  // The message of the hub, which stands in for an unknown rule, tells the costs itself.
  const withCosts = (alert: Alert, what: string): string =>
    alert.rule_id === null || rules?.get(alert.rule_id) === undefined ? what : [what, ...costsOf(t, alert)].join(', ');
  return {
    all: (alert) => withCosts(alert, titleOf(alert, rules)),
    here: (alert) => withCosts(alert, nameOfRule(alert, rules)),
  };
}
