import type { AlertRule, RuleChange, RuleTrial } from '../../../api/alert-rules.ts';
import { changedFields } from '../../../components/draft.ts';
import { numberOf } from '../../../components/number-of.ts';

/** What may be changed of a rule, as the form holds it. */
export interface RuleDraft {
  readonly enabled: boolean;
  readonly severity: AlertRule['severity'];
  /** Empty where the rule has no threshold. */
  readonly raise: string;
  readonly clear: string;
  readonly hold: string;
  readonly keep: string;
  /** Single values as texts, lists as they are. */
  readonly options: Readonly<Record<string, string | readonly string[]>>;
}

export function draftOf(rule: AlertRule['defaults']): RuleDraft {
  return {
    ...{ enabled: rule.enabled, severity: rule.severity },
    ...{ raise: String(rule.raise ?? ''), clear: String(rule.clear ?? '') },
    ...{ hold: String(rule.hold_s), keep: String(rule.keep_s) },
    options: Object.fromEntries(
      Object.entries(rule.options).map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]),
    ),
  };
}

/** The fields that hold no number where one is needed, or a time that is none. */
export function faultsOf(draft: RuleDraft, rule: AlertRule): ReadonlySet<string> {
  const isWrong = (text: string): boolean => numberOf(text) === null;
  const isNoTime = (text: string): boolean => !/^\d+$/.test(text.trim());
  const faults = [
    ...(rule.raise === null ? [] : (['raise', 'clear'] as const).filter((name) => isWrong(draft[name]))),
    ...(['hold', 'keep'] as const).filter((name) => isNoTime(draft[name])),
    ...Object.entries(rule.options)
      .filter(([name, standard]) => typeof standard === 'number' && isWrong(String(draft.options[name])))
      .map(([name]) => `options.${name}`),
  ];
  return new Set(faults);
}

/** What is to be sent for a draft: what differs. Both limits go together, so that what the form shows is what holds. */
export function changeOf(draft: RuleDraft, rule: AlertRule): RuleChange {
  const changed = changedFields(draft, draftOf(rule));
  const all = { enabled: draft.enabled, severity: draft.severity, ...trialOf(draft, rule) };
  const sent: Record<keyof RuleDraft, readonly (keyof RuleChange)[]> = {
    ...{ enabled: ['enabled'], severity: ['severity'], options: ['options'] },
    ...{ raise: ['raise', 'clear'], clear: ['raise', 'clear'], hold: ['hold_s'], keep: ['keep_s'] },
  };
  return Object.fromEntries(changed.flatMap((field) => sent[field]).map((name) => [name, all[name]])) as RuleChange;
}

/** All that says when it fires. */
export function trialOf(draft: RuleDraft, rule: AlertRule): RuleTrial {
  return {
    ...(rule.raise === null ? {} : { raise: Number(numberOf(draft.raise)), clear: Number(numberOf(draft.clear)) }),
    ...{ hold_s: Number(draft.hold), keep_s: Number(draft.keep) },
    options: Object.fromEntries(
      Object.entries(draft.options).map(([name, value]) => [name, optionOf(value, rule.options[name])]),
    ),
  };
}

type Option = AlertRule['options'][string];

function optionOf(value: string | readonly string[], standard: Option | undefined): Option {
  if (typeof value !== 'string') return value.map((each) => each.trim()).filter((each) => each !== '');
  if (typeof standard === 'boolean') return value === 'true';
  return typeof standard === 'number' ? Number(numberOf(value)) : value.trim();
}
