import type { RuleBook } from '../alerts/rule.ts';
import type { Language } from '../http/language/bilingual.ts';
import { type AlertText, alertText, type TextContext } from './alert-text.ts';
import type { Payload, SummaryPayload, TestPayload } from './facts.ts';
import { moment } from './figures.ts';
import { oneLine, shortened } from './plain-text.ts';
import { COLON, WORDS } from './words.ts';

/** A message to one recipient, in words and as facts. All texts are plain, single lines. */
export interface Outgoing {
  /** The row's id, the same at every attempt: a receiver knows a repeat by it. */
  readonly id: string;
  /** The message that began the thread (see `deliveryIdOf`); this one's own where it does. */
  readonly thread: string;
  readonly recipient: string;
  readonly createdAt: Date;
  readonly language: Language;
  /** It was sent before and nobody knows what became of it. */
  readonly mayHaveArrived: boolean;
  /** `[CRITICAL] QATAR-C14: pump stopped` */
  readonly subject: string;
  /** What is said before the alerts. */
  readonly lead: readonly string[];
  /** The worst first; at most `MOST_ALERTS`. */
  readonly alerts: readonly AlertText[];
  /** What is said behind them. */
  readonly tail: string | null;
  readonly payload: Payload;
  /** What came back for the message that began the thread. */
  readonly threadReceipt: Readonly<Record<string, unknown>> | null;
}

/** A message says no more than so many alerts; how many more there are is said. */
const MOST_ALERTS = 20;
const SUBJECT_LENGTH = 180;

/** What a row of `deliveries` says, besides its facts. */
export type Envelope = Pick<
  Outgoing,
  'id' | 'recipient' | 'createdAt' | 'language' | 'mayHaveArrived' | 'threadReceipt'
>;

/** Puts facts into words. */
export function outgoing(
  payload: Payload,
  envelope: Envelope,
  { rules, publicUrl }: { rules: RuleBook; publicUrl: string | null },
): Outgoing {
  const context = { language: envelope.language, rules, publicUrl, project: payload.project };
  const news = payload.kind === 'test' ? [] : payload.news;
  const alerts = news.slice(0, MOST_ALERTS).map((one) => alertText(one, context));
  const hidden = news.length - alerts.length;
  return {
    ...envelope,
    thread: payload.thread,
    subject: shortened(oneLine(subjectOf(payload, alerts, context)), SUBJECT_LENGTH),
    lead: leadOf(payload, context).map(oneLine),
    alerts,
    tail: hidden > 0 ? `+ ${hidden} ${WORDS.more[envelope.language]}` : null,
    payload,
  };
}

function subjectOf(payload: Payload, alerts: readonly AlertText[], context: TextContext): string {
  const { language } = context;
  if (payload.kind === 'test')
    return `[${WORDS.test[language].toUpperCase()}] ${payload.channel}: ${WORDS.testWorks[language]}`;
  if (payload.kind === 'summary') return summarySubject(payload, context);
  const [first] = alerts;
  const others = payload.news.length - 1;
  return `[${first?.tag ?? ''}] ${first?.title ?? ''}${others > 0 ? ` (+${others} ${WORDS.more[language]})` : ''}`;
}

function summarySubject({ window, news }: SummaryPayload, { language }: TextContext): string {
  const over = news.filter(({ alert }) => alert.status === 'resolved').length;
  const counts = `${news.length - over} ${WORDS.stillOpen[language]}, ${over} ${WORDS.ended[language]}`;
  return `[${WORDS.maintenance[language].toUpperCase()}] ${window.target_id}${COLON[language]}${WORDS.maintenanceOver[language]}, ${counts}`;
}

function leadOf(payload: Payload, context: TextContext): string[] {
  switch (payload.kind) {
    case 'alerts':
      return [];
    case 'summary':
      return summaryLead(payload, context);
    case 'test':
      return testLead(payload, context);
  }
}

function summaryLead({ window, project }: SummaryPayload, { language }: TextContext): string[] {
  const time = (at: string): string => moment(at, project.time_zone);
  const span = `${WORDS.from[language]} ${time(window.starts_at)} ${WORDS.to[language]} ${time(window.ends_at)}`;
  return window.reason === '' ? [span] : [span, `${WORDS.reason[language]}${COLON[language]}${window.reason}`];
}

function testLead({ requested_by, requested_at, project }: TestPayload, { language }: TextContext): string[] {
  const asked = `${WORDS.testAsked[language]} ${requested_by}, ${moment(requested_at, project.time_zone)}.`;
  return [asked, WORDS.nothingToDo[language]];
}
