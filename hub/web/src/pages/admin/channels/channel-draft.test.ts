import { expect, it } from 'vitest';
import type { NotificationChannel } from '../../../api/channels.ts';
import { changeOf, draftOf, emptyDraft, newChannelOf } from './channel-draft.ts';

const HOOK = {
  ...{ kind: 'webhook', name: 'Ops', min_severity: 'warning', enabled: true, language: 'en', level: 1, hours: null },
  ...{ config: { url: 'https://example.com/hook' }, secret_set: true },
} as unknown as NotificationChannel;

it('recipients are written one a line or with commas', () => {
  const draft = { ...emptyDraft('fr'), name: ' Site ', recipients: 'a@example.com, b@example.com\n\nc@example.com' };
  expect(newChannelOf('email', 'QATAR-001', draft)).toMatchObject({
    ...{ kind: 'email', project_id: 'QATAR-001', name: 'Site', secret: {} },
    config: { recipients: ['a@example.com', 'b@example.com', 'c@example.com'] },
  });
});

it('each kind sends what it takes and nothing else', () => {
  const draft = { ...emptyDraft('en'), url: 'https://example.com', chat: '-100', secret: 's' };
  expect(newChannelOf('slack', 'QATAR-001', draft)).toMatchObject({ config: {}, secret: { url: 's' } });
  expect(newChannelOf('telegram', 'QATAR-001', draft)).toMatchObject({
    ...{ config: { chat_id: '-100' }, secret: { bot_token: 's' } },
  });
});

it('a secret that is not written again stays', () => {
  expect(changeOf(draftOf(HOOK), HOOK)).toEqual({});
  expect(changeOf({ ...draftOf(HOOK), level: '2', url: 'https://example.com/other' }, HOOK)).toEqual({
    ...{ level: 2, config: { url: 'https://example.com/other' } },
  });
  expect(changeOf({ ...draftOf(HOOK), secret: 'whsec_new' }, HOOK)).toEqual({
    secret: { signing_secret: 'whsec_new' },
  });
});

it('a secret is changed with the one before beside it, or alone; the one before says nothing by itself', () => {
  const both = { ...draftOf(HOOK), secret: ' whsec_new ', previous: ' whsec_old ' };
  expect(changeOf(both, HOOK)).toEqual({
    secret: { signing_secret: 'whsec_new', previous_signing_secret: 'whsec_old' },
  });
  expect(changeOf({ ...draftOf(HOOK), previous: 'whsec_old' }, HOOK)).toEqual({});
});
