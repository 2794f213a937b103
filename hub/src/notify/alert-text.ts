import type { AlertRule, RuleBook } from '../alerts/rule.ts';
import { alertMessage } from '../alerts/wording.ts';
import type { Language } from '../http/language/bilingual.ts';
import type { AlertFacts, NewsOfAlert, ProjectFacts } from './facts.ts';
import { figure, moment } from './figures.ts';
import { oneLine, shortened } from './plain-text.ts';
import { NEWS_WORDS, WORDS } from './words.ts';

/** What a text depends on besides the facts. */
export interface TextContext {
  readonly language: Language;
  /** Whose texts are used; settings do not matter. */
  readonly rules: RuleBook;
  /** Of the hub, for links; null: no links. */
  readonly publicUrl: string | null;
  readonly project: ProjectFacts;
}

/** One alert in words: single lines of plain text, which every channel escapes in its own way. */
export interface AlertText {
  /** `CRITICAL`, `RESOLVED` ...: the first word of a subject. */
  readonly tag: string;
  /** What happened besides: `still not acknowledged`; empty for a new alert. */
  readonly note: string;
  /** `QATAR-C14: pump stopped, 308 miners, 146 PH/s, 1.7 % of the project` */
  readonly title: string;
  readonly details: readonly { readonly label: string; readonly text: string }[];
  /** The first lines of what to do; null once there is nothing to do, or where nothing is written. */
  readonly runbook: string | null;
  readonly link: string | null;
}

const TITLE_LENGTH = 300;
const RUNBOOK_LENGTH = 500;

export function alertText({ news, alert }: NewsOfAlert, context: TextContext): AlertText {
  const { language, rules, publicUrl } = context;
  const word = NEWS_WORDS[news]?.[language] ?? '';
  const isState = news === 'acknowledged' || news === 'resolved';
  const rule = rules.get(alert.rule_id ?? '');
  const runbook = oneLine(rule?.runbook[language] ?? '');
  return {
    tag: (isState ? word : WORDS[alert.severity][language]).toUpperCase(),
    note: isState ? '' : word,
    title: titleOf(alert, context),
    details: detailsOf(alert, context),
    runbook: news === 'resolved' || runbook === '' ? null : shortened(runbook, RUNBOOK_LENGTH),
    link: publicUrl === null ? null : new URL(`/alerts/${alert.id}`, publicUrl).href,
  };
}

/** What is wrong, with what; in the words of the rule, or, where it is unknown, in those of the alert's row. */
function titleOf(alert: AlertFacts, { language, rules, project }: TextContext): string {
  const rule = rules.get(alert.rule_id ?? '');
  const target = alert.target_type === 'global' ? project.name : alert.target_name || alert.target_id || project.id;
  return shortened(
    oneLine(rule === undefined ? ownWords(alert, target) : saidBy(rule, target, alert, language)),
    TITLE_LENGTH,
  );
}

function ownWords({ message, alert_type }: AlertFacts, target: string): string {
  return message.startsWith(target) ? message : `${target}: ${message || alert_type}`;
}

function saidBy(rule: AlertRule, targetId: string, alert: AlertFacts, language: Language): string {
  const { value, threshold, miners_affected, hashrate_lost_ths, hashrate_share } = alert;
  const costs = { minersAffected: miners_affected, hashrateLostThs: hashrate_lost_ths, shareOfProject: hashrate_share };
  return alertMessage(rule, { targetId, value, threshold, ...costs }, language);
}

function detailsOf(alert: AlertFacts, { language, project }: TextContext): { label: string; text: string }[] {
  const detail = (label: keyof typeof WORDS, text: string | null): { label: string; text: string }[] =>
    text === null ? [] : [{ label: WORDS[label][language], text: shortened(oneLine(text), TITLE_LENGTH) }];
  return [
    ...detail('where', placeOf(alert, project, language)),
    ...detail('value', measured(alert, language)),
    ...detail('since', moment(alert.first_seen_at, project.time_zone)),
    ...detail('occurrences', alert.occurrences > 1 ? figure(alert.occurrences, language) : null),
    ...detail('who', alert.status === 'resolved' ? null : holderOf(alert, language)),
    ...detail('resolvedBy', alert.status === 'resolved' ? endOf(alert, project, language) : null),
  ];
}

function placeOf({ target_type, place }: AlertFacts, project: ProjectFacts, language: Language): string {
  const site = project.location === null ? project.name : `${project.name}, ${project.location}`;
  const { transformer_id, container_id, position, slot } = place;
  const written = slot === null ? '' : ` (${slot})`;
  const spot = position === null ? null : `${WORDS.position[language]} ${position}${written}`;
  const parts = [`${project.id} (${site})`, transformer_id, container_id, spot];
  return target_type === 'global' ? project.name : parts.filter((part) => part !== null).join(' > ');
}

function measured({ value, threshold, unit }: AlertFacts, language: Language): string | null {
  if (value === null) return null;
  const written = (of: number): string => `${figure(of, language)}${unit === null ? '' : ` ${unit}`}`;
  return threshold === null ? written(value) : `${written(value)} (${WORDS.threshold[language]} ${written(threshold)})`;
}

function holderOf({ assignee, acknowledged_by, status }: AlertFacts, language: Language): string {
  return assignee ?? (status === 'acknowledged' ? acknowledged_by : null) ?? WORDS.nobody[language];
}

function endOf({ resolved_at, resolved_by }: AlertFacts, project: ProjectFacts, language: Language): string {
  const who = resolved_by === null || resolved_by === 'system' ? WORDS.byItself[language] : resolved_by;
  return resolved_at === null ? who : `${moment(resolved_at, project.time_zone)}, ${who}`;
}
