import { useTranslation } from 'react-i18next';
import type { AlertRule } from '../../../api/alert-rules.ts';
import { typeset } from '../../../components/alert-words.ts';
import { StatusMark } from '../../../components/status-mark.tsx';
import { useRuleWords } from './rule-words.ts';

/** What rules are about, the most telling first. */
const TARGETS = ['container', 'miner', 'transformer', 'agent', 'project', 'global'] as const;
const COLUMNS = ['rule', 'severity', 'threshold', 'clear', 'hold', 'keep', 'decidedBy'] as const;

/** Rules by what they are about. */
export function RulesTable({ rules, onOpen }: { rules: readonly AlertRule[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="card-b scrolls">
      <table className="tbl stacks">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(`rules.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        {TARGETS.map((target) => {
          const own = rules.filter(({ target_type: type }) => type === target);
          if (own.length === 0) return null;
          return (
            <tbody key={target}>
              <tr className="group">
                <th scope="rowgroup" colSpan={COLUMNS.length}>
                  {t(`rules.targets.${target}`)}
                </th>
              </tr>
              {own.map((rule) => (
                <Row key={rule.rule_id} rule={rule} onOpen={onOpen} />
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

function Row({ rule, onOpen }: { rule: AlertRule; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const { severity, enabled } = rule;
  return (
    <tr data-off={enabled ? undefined : ''}>
      <th scope="row">
        <button type="button" className="opens" onClick={() => onOpen(rule.rule_id)}>
          {typeset(rule.name)}
        </button>
      </th>
      <td data-label={t('rules.severity')}>
        {enabled ? (
          <span className="status" data-s={severity}>
            <StatusMark mark={severity} />
            {t(`common.severity.${severity}`)}
          </span>
        ) : (
          <span className="status" data-s="unknown">
            <StatusMark mark="unknown" />
            {t('rules.disabled')}
          </span>
        )}
      </td>
      <td data-label={t('rules.threshold')}>{words.threshold(rule)}</td>
      <td data-label={t('rules.clear')}>{words.clear(rule)}</td>
      <td data-label={t('rules.hold')}>{words.time(rule.hold_s)}</td>
      <td data-label={t('rules.keep')}>{words.time(rule.keep_s)}</td>
      <td data-label={t('rules.decidedBy')}>
        <span className={rule.decided_by === 'default' ? 't2' : undefined}>
          {t(`rules.deciders.${rule.decided_by}`)}
        </span>
      </td>
    </tr>
  );
}
