import type { Language } from '../http/language/bilingual.ts';
import type { AlertRule } from './rule.ts';

/** What an alert's message tells besides its rule. Null: unknown, or not to be told; that part is left out. */
export interface Occurrence {
  readonly targetId: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly minersAffected: number | null;
  readonly hashrateLostThs: number | null;
  /** Of the project's hashrate, 0 to 1. */
  readonly shareOfProject: number | null;
}

const WORDS = {
  en: { miner: 'miner', miners: 'miners', ofProject: 'of the project' },
  fr: { miner: 'mineur', miners: 'mineurs', ofProject: 'du projet' },
};

/** As in "QATAR-C14: pump stopped, 308 miners, 146 PH/s, 1.7 % of the project". */
export function alertMessage(rule: AlertRule, occurrence: Occurrence, language: Language): string {
  const { targetId, minersAffected: miners, hashrateLostThs: lost, shareOfProject: share } = occurrence;
  const words = WORDS[language];
  const parts = [
    saidOf(rule, occurrence, language),
    miners === null ? null : `${FORMATS[language](miners)} ${miners === 1 ? words.miner : words.miners}`,
    lost === null ? null : hashrate(lost, language),
    share === null ? null : `${SHARES[language].format(share * 100)} % ${words.ofProject}`,
  ];
  const said = parts.filter((part) => part !== null).join(', ');
  if (targetId === '') return said;
  return `${targetId}${language === 'fr' ? ' : ' : ': '}${said}`;
}

/** The rule's own words, filled in. What stands in brackets goes where something in it is unknown. */
function saidOf(rule: AlertRule, { value, threshold }: Occurrence, language: Language): string {
  const fill = (text: string): string | null => {
    let known = true;
    const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const told = { value, threshold, unit: rule.unit }[name] ?? rule.options[name] ?? null;
      if (told === null || typeof told === 'object') known = false;
      return typeof told === 'number' ? FORMATS[language](told) : String(told);
    });
    return known ? filled : null;
  };
  const whole = rule.says[language].replace(/\[([^\]]*)\]/g, (_, part: string) => fill(part) ?? '');
  return (fill(whole) ?? whole).trim();
}

const UNITS: readonly [least: number, unit: string][] = [
  [1e6, 'EH/s'],
  [1e3, 'PH/s'],
];

/** Three digits in the unit that suits. */
function hashrate(ths: number, language: Language): string {
  const [least, unit] = UNITS.find(([from]) => Math.abs(ths) >= from) ?? [1, 'TH/s'];
  return `${FORMATS[language](ths / least)} ${unit}`;
}

/** About three digits: 1,234; 146; 41.3; 1.85. */
function formatter(locale: string): (value: number) => string {
  const formats = [0, 1, 2].map((digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));
  return (value) => {
    const size = Math.abs(value);
    return (formats[size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2] as Intl.NumberFormat).format(value);
  };
}

const FORMATS: Readonly<Record<Language, (value: number) => string>> = {
  en: formatter('en'),
  fr: formatter('fr'),
};

const twoDigits = { maximumSignificantDigits: 2 };
const SHARES = { en: new Intl.NumberFormat('en', twoDigits), fr: new Intl.NumberFormat('fr', twoDigits) };
