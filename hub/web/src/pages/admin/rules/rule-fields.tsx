import { useTranslation } from 'react-i18next';
import type { AlertRule } from '../../../api/alert-rules.ts';
import { Line, Picked, Switch, TextArea } from '../../../components/fields.tsx';
import { KNOWN_OPTIONS, type KnownOption } from './options.ts';
import type { RuleDraft } from './rule-draft.ts';
import { inWords, unitOfOption } from './rule-words.ts';

const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** What may be changed of a rule, each with its unit. */
export function RuleFields({
  rule,
  draft,
  faults,
  refused,
  onChange,
}: {
  rule: AlertRule;
  draft: RuleDraft;
  /** The fields that cannot be sent as they are. */
  faults: ReadonlySet<string>;
  /** What the hub said of single fields. */
  refused: ReadonlyMap<string, string>;
  onChange: (part: Partial<RuleDraft>) => void;
}) {
  const { t } = useTranslation();
  const unit = rule.unit === 'd' ? t('alerts.day') : rule.unit;
  const said = (field: string, pointer: string, fault: 'number' | 'seconds'): string | undefined =>
    faults.has(field) ? t(`rules.faults.${fault}`) : refused.get(pointer);
  return (
    <>
      <Switch label={t('rules.enabled')} isOn={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
      <div className="pairs">
        <Picked
          label={t('rules.severity')}
          value={draft.severity}
          options={SEVERITIES.map((value) => ({ value, label: t(`common.severity.${value}`) }))}
          onChange={(severity) => onChange({ severity })}
        />
        {rule.raise !== null && rule.when !== 'is' && (
          <>
            <Line
              label={t(rule.when === 'above' ? 'rules.raiseAbove' : 'rules.raiseBelow')}
              inputMode="decimal"
              unit={unit}
              value={draft.raise}
              message={said('raise', '/raise', 'number')}
              onChange={(raise) => onChange({ raise })}
            />
            <Line
              label={t('rules.clearAt')}
              inputMode="decimal"
              unit={unit}
              value={draft.clear}
              message={said('clear', '/clear', 'number')}
              onChange={(clear) => onChange({ clear })}
            />
          </>
        )}
        <Line
          label={t('rules.holdFor')}
          inputMode="numeric"
          unit="s"
          value={draft.hold}
          message={said('hold', '/hold_s', 'seconds')}
          hint={inWords(draft.hold)}
          onChange={(hold) => onChange({ hold })}
        />
        <Line
          label={t('rules.keepFor')}
          inputMode="numeric"
          unit="s"
          value={draft.keep}
          message={said('keep', '/keep_s', 'seconds')}
          hint={inWords(draft.keep)}
          onChange={(keep) => onChange({ keep })}
        />
        {Object.entries(draft.options).map(
          ([name, value]) =>
            typeof value === 'string' && (
              <Line
                key={name}
                label={isKnown(name) ? t(`rules.options.${name}`) : name}
                inputMode="decimal"
                unit={unitOfOption(name)}
                value={value}
                message={said(`options.${name}`, `/options/${name}`, 'number')}
                onChange={(text) => onChange({ options: { ...draft.options, [name]: text } })}
              />
            ),
        )}
      </div>
      {Object.entries(draft.options).map(
        ([name, value]) =>
          typeof value !== 'string' && (
            <TextArea
              key={name}
              label={isKnown(name) ? t(`rules.options.${name}`) : name}
              value={value.join('\n')}
              max={20_000}
              onChange={(text) => onChange({ options: { ...draft.options, [name]: text.split('\n') } })}
            />
          ),
      )}
    </>
  );
}

const isKnown = (name: string): name is KnownOption => KNOWN_OPTIONS.some((known) => known === name);
