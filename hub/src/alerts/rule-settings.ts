import { didYouMean } from '@hearst/protocol';
import type { Severity } from '../db/schema.ts';
import { type Bilingual, say } from '../http/language/bilingual.ts';
import type { Fault } from '../http/problem.ts';
import type { AlertRule, RuleOption } from './rule.ts';

/** What somebody changes of a rule; what is absent stays. */
export interface SettingsChange {
  readonly enabled?: boolean | undefined;
  readonly severity?: Severity | undefined;
  readonly raise?: number | undefined;
  readonly clear?: number | undefined;
  readonly hold_s?: number | undefined;
  readonly keep_s?: number | undefined;
  readonly options?: Readonly<Record<string, RuleOption>> | undefined;
}

/** The same as a row of `alert_rules` keeps it. */
export interface KeptSettings {
  readonly enabled: boolean;
  readonly severity: Severity;
  readonly definition: Readonly<Record<string, unknown>>;
}

/** Plausible values by unit: what lies beyond is a slip of the pen. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '%': [0, 1_000],
  '°C': [-40, 150],
  K: [0, 100],
  bar: [-1, 40],
  'L/min': [0, 1_000],
  s: [0, 604_800],
  d: [0, 3_650],
  USD: [0, 1e8],
};
const ANY_NUMBER = [-1e6, 1e6] as const;
const MOST_TEXTS = 200;
const MOST_CHARACTERS = 200;

/** What somebody's change makes of the settings that hold. */
export function changedSettings(kept: KeptSettings, change: SettingsChange): KeptSettings {
  const { enabled = kept.enabled, severity = kept.severity, options, ...numbers } = change;
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  const before = (kept.definition.options ?? {}) as object;
  const all = { ...before, ...options };
  return {
    enabled,
    severity,
    definition: { ...kept.definition, ...given, ...(Object.keys(all).length > 0 && { options: all }) },
  };
}

/** What is wrong with a change of a rule's settings; empty where nothing is. */
export function settingsFaults(rule: AlertRule, kept: KeptSettings, change: SettingsChange): Fault[] {
  return [...thresholdFaults(rule, kept, change), ...optionFaults(rule, change.options ?? {})];
}

function thresholdFaults(rule: AlertRule, kept: KeptSettings, change: SettingsChange): Fault[] {
  const sent = (['raise', 'clear'] as const).filter((name) => change[name] !== undefined);
  if (sent.length === 0) return [];
  if (rule.raise === null || rule.clear === null)
    return sent.map((name) =>
      fault(`/${name}`, 'no_threshold', say('the rule has no thresholds', "la règle n'a pas de seuils")),
    );
  const [least, most] = RANGES[rule.unit ?? ''] ?? ANY_NUMBER;
  const unit = rule.unit === null ? '' : ` ${rule.unit}`;
  const implausible = sent.filter((name) => change[name]! < least || change[name]! > most);
  if (implausible.length > 0)
    return implausible.map((name) =>
      fault(
        `/${name}`,
        'implausible',
        say(`expected between ${least} and ${most}${unit}`, `attendu entre ${least} et ${most}${unit}`),
      ),
    );
  const { raise = rule.raise, clear } = { ...kept.definition, ...given(change) } as { raise?: number; clear?: number };
  if (clear === undefined || (rule.when === 'above' ? clear <= raise : clear >= raise)) return [];
  return [
    fault(
      change.clear === undefined ? '/raise' : '/clear',
      'wrong_side',
      rule.when === 'above'
        ? say(`clear (${clear}) is above raise (${raise})`, `clear (${clear}) est au-dessus de raise (${raise})`)
        : say(`clear (${clear}) is below raise (${raise})`, `clear (${clear}) est au-dessous de raise (${raise})`),
    ),
  ];
}

function given({ raise, clear }: SettingsChange): object {
  return { ...(raise !== undefined && { raise }), ...(clear !== undefined && { clear }) };
}

function optionFaults(rule: AlertRule, options: Readonly<Record<string, RuleOption>>): Fault[] {
  return Object.entries(options).flatMap(([name, value]): Fault[] => {
    const at = `/options/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(rule.options, name)) return [fault(at, 'unknown_option', unknownOption(name, rule))];
    const wrong = optionFault(rule.options[name]!, value);
    return wrong === null ? [] : [fault(at, 'invalid_option', wrong)];
  });
}

function unknownOption(name: string, { options }: AlertRule): Bilingual {
  const names = Object.keys(options);
  if (names.length === 0) return say('the rule has no options', "la règle n'a pas d'options");
  const meant = didYouMean(name, names);
  if (meant !== null) return say(`there is none: did you mean ${meant}?`, `inconnue : vouliez-vous dire ${meant} ?`);
  return say(`there is none: take ${names.join(', ')}`, `inconnue : prenez ${names.join(', ')}`);
}

function optionFault(standard: RuleOption, value: RuleOption): Bilingual | null {
  if (typeof standard !== typeof value) return say(`expected ${KINDS.en(standard)}`, `attendu : ${KINDS.fr(standard)}`);
  if (typeof value === 'number' && (value < 0 || value > ANY_NUMBER[1]))
    return say(`expected between 0 and ${ANY_NUMBER[1]}`, `attendu entre 0 et ${ANY_NUMBER[1]}`);
  const texts = typeof value === 'object' ? value : typeof value === 'string' ? [value] : [];
  if (texts.length > MOST_TEXTS || texts.some((text) => text.length > MOST_CHARACTERS || /\p{C}/u.test(text)))
    return say(
      `at most ${MOST_TEXTS} texts of ${MOST_CHARACTERS} visible characters`,
      `${MOST_TEXTS} textes de ${MOST_CHARACTERS} caractères visibles au plus`,
    );
  return null;
}

const KINDS = {
  en: (option: RuleOption) => (typeof option === 'object' ? 'a list of texts' : `a ${typeof option}`),
  fr: (option: RuleOption) =>
    typeof option === 'object'
      ? 'une liste de textes'
      : { number: 'un nombre', string: 'un texte', boolean: 'vrai ou faux' }[
          typeof option as 'number' | 'string' | 'boolean'
        ],
};

function fault(pointer: string, code: string, message: Bilingual): Fault {
  return { pointer, code, message };
}
