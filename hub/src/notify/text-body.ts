import type { Language } from '../http/language/bilingual.ts';
import type { AlertText } from './alert-text.ts';
import type { Outgoing } from './outgoing.ts';
import { COLON, WORDS } from './words.ts';

/** A message as plain text. */
export function textBody(message: Outgoing): string {
  const { language, lead, alerts, tail } = message;
  const parts = alerts.map((alert) => [headline(alert, language), ...linesOf(alert, language)].join('\n'));
  return `${[lead.join('\n'), ...parts, tail ?? ''].filter((part) => part !== '').join('\n\n')}\n`;
}

/** `CRITICAL, still not acknowledged: QATAR-C14: pump stopped` */
export function headline({ tag, note, title }: AlertText, language: Language): string {
  return `${note === '' ? tag : `${tag}, ${note}`}${COLON[language]}${title}`;
}

/** What is said of an alert below its headline; the link at last. */
export function linesOf({ details, runbook, link }: AlertText, language: Language): string[] {
  const lines = details.map(({ label, text }) => `${label}${COLON[language]}${text}`);
  if (runbook !== null) lines.push(`${WORDS.runbook[language]}${COLON[language]}${runbook}`);
  if (link !== null) lines.push(link);
  return lines;
}
