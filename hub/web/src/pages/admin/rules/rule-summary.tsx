import { useTranslation } from 'react-i18next';
import type { AlertRule } from '../../../api/alert-rules.ts';
import { useRuleWords } from './rule-words.ts';

/** How a rule is set, for whoever may not change it. */
export function RuleSummary({ rule }: { rule: AlertRule }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const facts = [
    ['enabled', t(rule.enabled ? 'admin.on' : 'admin.off')],
    ['severity', t(`common.severity.${rule.severity}`)],
    ['threshold', words.threshold(rule)],
    ['clear', words.clear(rule)],
    ['hold', words.time(rule.hold_s)],
    ['keep', words.time(rule.keep_s)],
    ['decidedBy', t(`rules.deciders.${rule.decided_by}`)],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, told]) => (
        <div key={name} className="fact">
          <dt>{t(`rules.${name}`)}</dt>
          <dd>{told}</dd>
        </div>
      ))}
    </dl>
  );
}
