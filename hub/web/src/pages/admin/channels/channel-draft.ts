import type { ChannelChange, NewChannel, NotificationChannel } from '../../../api/channels.ts';
import { changedFields } from '../../../components/draft.ts';

/** A channel as the form holds it. Which of the addresses and secrets it uses is its kind's affair. */
export interface ChannelDraft {
  readonly name: string;
  readonly severity: NotificationChannel['min_severity'];
  readonly enabled: boolean;
  readonly language: NotificationChannel['language'];
  readonly level: string;
  /** Null: at any time. */
  readonly hours: NotificationChannel['hours'];
  /** One a line. */
  readonly recipients: string;
  readonly url: string;
  readonly chat: string;
  /** Empty: the one that is kept stays. */
  readonly secret: string;
  /** Of a webhook whose secret is changed: the one until now, which signs as well. */
  readonly previous: string;
}

export const KINDS = ['email', 'webhook', 'slack', 'telegram', 'pagerduty'] as const;
export type Kind = (typeof KINDS)[number];

/** Where a kind's secret belongs, null where it has none; where its address belongs likewise. */
const SECRETS = {
  ...{ email: null, webhook: 'signing_secret', slack: 'url', telegram: 'bot_token', pagerduty: 'routing_key' },
} as const satisfies Record<Kind, string | null>;
const ADDRESSES = {
  ...{ email: 'recipients', webhook: 'url', slack: null, telegram: 'chat', pagerduty: null },
} as const satisfies Record<Kind, keyof ChannelDraft | null>;

export const hasSecret = (kind: Kind): boolean => SECRETS[kind] !== null;
export const addressOf = (kind: Kind): 'recipients' | 'url' | 'chat' | null => ADDRESSES[kind];

/** How a kind's secret and address are called in what the hub refuses. */
export const secretPointer = (kind: Kind): string => `/secret/${SECRETS[kind] ?? ''}`;
export const PREVIOUS_POINTER = '/secret/previous_signing_secret';
export const addressPointers: Readonly<Record<'recipients' | 'url' | 'chat', string>> = {
  recipients: '/config/recipients',
  url: '/config/url',
  chat: '/config/chat_id',
};

export function emptyDraft(language: ChannelDraft['language']): ChannelDraft {
  return {
    ...{ name: '', severity: 'warning', enabled: true, language, level: '1', hours: null },
    ...{ recipients: '', url: '', chat: '', secret: '', previous: '' },
  };
}

export function draftOf(channel: NotificationChannel): ChannelDraft {
  const { name, min_severity: severity, enabled, language, level, hours, config } = channel;
  return {
    ...{ name, severity, enabled, language, level: String(level), hours },
    recipients: (config.recipients ?? []).join('\n'),
    ...{ url: config.url ?? '', chat: config.chat_id ?? '', secret: '', previous: '' },
  };
}

export function newChannelOf(kind: Kind, projectId: string, draft: ChannelDraft): NewChannel {
  return { ...sentOf(kind, draft), kind, project_id: projectId };
}

/** What is to be sent for a draft: what differs. Its config is replaced as a whole, and a secret only where one is given. */
export function changeOf(draft: ChannelDraft, channel: NotificationChannel): ChannelChange {
  const all = sentOf(channel.kind, draft);
  const sent: Record<keyof ChannelDraft, keyof ChannelChange> = {
    ...{ name: 'name', severity: 'min_severity', enabled: 'enabled', language: 'language', level: 'level' },
    ...{ hours: 'hours', recipients: 'config', url: 'config', chat: 'config', secret: 'secret', previous: 'secret' },
  };
  // The secret before says nothing without a new one.
  const told = draft.secret.trim() === '' ? { ...draft, previous: '' } : draft;
  const names = changedFields(told, draftOf(channel)).map((field) => sent[field]);
  return Object.fromEntries(names.map((name) => [name, all[name]])) as ChannelChange;
}

function sentOf(kind: Kind, draft: ChannelDraft): Required<ChannelChange> {
  const { severity: min_severity, enabled, language, hours } = draft;
  return {
    ...{ name: draft.name.trim(), min_severity, enabled, language, level: Number(draft.level), hours },
    config: configOf(kind, draft),
    secret: secretOf(kind, draft),
  };
}

function secretOf(kind: Kind, draft: ChannelDraft): NonNullable<ChannelChange['secret']> {
  const name = SECRETS[kind];
  const [secret, previous] = [draft.secret.trim(), draft.previous.trim()];
  if (name === null || secret === '') return {};
  return { [name]: secret, ...(takesTwo(kind) && previous !== '' ? { previous_signing_secret: previous } : {}) };
}

/** Whether a kind's messages may be signed with the secret before as well, while their receiver changes. */
export const takesTwo = (kind: Kind): boolean => kind === 'webhook';

function configOf(kind: Kind, { recipients, url, chat }: ChannelDraft): NotificationChannel['config'] {
  if (kind === 'email') return { recipients: linesOf(recipients) };
  if (kind === 'webhook') return { url: url.trim() };
  return kind === 'telegram' ? { chat_id: chat.trim() } : {};
}

/** Addresses as people write them: one a line, or with commas. */
const linesOf = (text: string): string[] =>
  text
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
