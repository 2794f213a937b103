import { useTranslation } from 'react-i18next';
import type { AlertRule } from '../../../api/alert-rules.ts';
import { quantity } from '../../../components/alert-words.ts';
import { exactDuration, UNKNOWN } from '../../../format.ts';

/** How a rule's settings are told. */
export function useRuleWords() {
  const { t } = useTranslation();
  const limit = (value: number | null, { unit }: Pick<AlertRule, 'unit'>): string =>
    value === null ? UNKNOWN : quantity(value, unit, t('alerts.day'));
  return {
    limit,
    /** When it holds: above 40 °C, below 85 %, outside of 2 to 4 bar; nothing to say where it is so or not. */
    threshold(rule: AlertRule): string {
      const { low_bar: low, high_bar: high } = rule.options;
      if (typeof low === 'number' && typeof high === 'number')
        return t('rules.outside', { low: limit(low, rule), high: limit(high, rule) });
      if (rule.raise === null || rule.when === 'is') return t('rules.reported');
      return t(`rules.${rule.when}`, { value: limit(rule.raise, rule) });
    },
    /** When it does not hold any more. */
    clear(rule: AlertRule): string {
      const isBand = typeof rule.options.low_bar === 'number' && rule.clear !== null;
      if (isBand) return t('rules.within', { value: limit(Math.abs(rule.clear ?? 0), rule) });
      return rule.when === 'is' ? UNKNOWN : limit(rule.clear, rule);
    },
    time: (seconds: number): string => (seconds === 0 ? t('rules.atOnce') : exactDuration(seconds)),
  };
}

/** The unit of an option, which its name ends in. */
export function unitOfOption(name: string): string | null {
  const ending = /_(s|bar|kw|v|a)$/.exec(name)?.[1];
  return ending === undefined ? null : ({ s: 's', bar: 'bar', kw: 'kW', v: 'V', a: 'A' }[ending] ?? null);
}

/** What a time of whole seconds is in its largest unit; nothing where there is nothing to say. */
export function inWords(seconds: string): string | undefined {
  const value = Number(seconds);
  return /^\d+$/.test(seconds.trim()) && value >= 60 ? `= ${exactDuration(value)}` : undefined;
}
