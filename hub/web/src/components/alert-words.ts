import type { TFunction } from 'i18next';
import type { AlertRule, RuleBook } from '../api/alert-rules.ts';
import type { Alert } from '../api/alerts.ts';
import { hashrate, measured, percent, THIN, text, UNKNOWN } from '../format.ts';

/** As much of an alert as its title is made from. */
export type Titled = Pick<Alert, 'rule_id' | 'target_type' | 'target_id' | 'target_name' | 'message'>;

/**
 * What and where, in the reader's language: `QATAR-C14 pump stopped`. The message that the hub stores is English, and is
 * shown where the rule is not known.
 */
export function titleOf(alert: Titled, rules: RuleBook | undefined): string {
  const rule = alert.rule_id === null ? undefined : rules?.get(alert.rule_id);
  if (rule === undefined) return alert.message;
  const where = alert.target_name ?? alert.target_id;
  return where === '' ? typeset(rule.name) : `${where} ${uncapitalised(typeset(rule.name))}`;
}

/** The same where it is plain what it is about: `chips too hot`. */
export function nameOfRule(alert: Titled, rules: RuleBook | undefined): string {
  const rule = alert.rule_id === null ? undefined : rules?.get(alert.rule_id);
  const { message, target_id: target } = alert;
  if (rule === undefined) return message.startsWith(`${target}: `) ? message.slice(target.length + 2) : message;
  return uncapitalised(typeset(rule.name));
}

/** What it costs: `308 miners`, `146 PH/s`, `1.7 % of the project`, each where it is known. */
export function costsOf(t: TFunction, { impact }: Pick<Alert, 'impact'>): string[] {
  return [
    ...(impact?.miners == null ? [] : [t('alerts.miners', { count: impact.miners })]),
    ...(impact?.hashrate_ths == null ? [] : [text(hashrate(impact.hashrate_ths))]),
    ...(impact?.share_of_project_pct == null
      ? []
      : [t('alerts.ofProject', { share: text(percent(impact.share_of_project_pct)) })]),
  ];
}

/** The hub's own words with the apostrophe of print. */
export function typeset(text: string): string {
  return text.replace(/(?<=\p{L})'(?=\p{L})/gu, '’');
}

/** Days are the one unit that a language writes its own way. */
export function quantity(value: number | null, unit: string | null, day: string): string {
  const shown = measured(value);
  if (shown === UNKNOWN || unit === null) return shown;
  return `${shown}${THIN}${unit === 'd' ? day : unit}`;
}

/** A limit as it is told: at least, at most, or outside of a band; null where the rule has none that says something. */
export type Limit =
  | { readonly kind: 'least' | 'most'; readonly value: number }
  | { readonly kind: 'band'; readonly low: number; readonly high: number };

export function limitOf({ threshold }: Pick<Alert, 'threshold'>, rule: AlertRule | undefined): Limit | null {
  const band = Object.entries(rule?.options ?? {});
  const end = (name: string): unknown => band.find(([key]) => key.startsWith(name))?.[1];
  const [low, high] = [end('low_'), end('high_')];
  if (typeof low === 'number' && typeof high === 'number') return { kind: 'band', low, high };
  if (threshold === null || rule === undefined || rule.when === 'is') return null;
  // "More than none" is no limit that anybody would compare with.
  if (threshold === 0) return null;
  return { kind: rule.when === 'below' ? 'least' : 'most', value: threshold };
}

function uncapitalised(text: string): string {
  const [first = '', second = ''] = text;
  return second !== second.toLowerCase() ? text : first.toLowerCase() + text.slice(1);
}
