import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL_KINDS, type ChannelKind } from '../../db/schema.ts';
import { CHANNELS } from '../channels.ts';
import { ID, messageOf, payloadOf } from '../message-samples.ts';
import { safePost } from '../safe-fetch.ts';
import { SendError } from '../send-error.ts';
import { START } from '../testing.ts';
import type { Outside } from './channel.ts';
import { BEHAVIOURS, type Behaviour, httpReceiver, type Receiver, smtpReceiver } from './testing.ts';

let web: Receiver;
let mail: Receiver;
beforeAll(async () => {
  [web, mail] = await Promise.all([httpReceiver('{"ok":true,"result":{"message_id":7}}'), smtpReceiver()]);
});
afterAll(() => Promise.all([web.close(), mail.close()]));
beforeEach(() => {
  for (const receiver of [web, mail]) {
    receiver.behaviour = 'accept';
    receiver.accepted.length = 0;
  }
});

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** The settings of a channel of each kind that leads to the receiver. */
function settings(kind: ChannelKind): [config: object, secret: object] {
  switch (kind) {
    case 'email':
      return [{ recipients: ['ops@example.com'] }, {}];
    case 'webhook':
      return [{ url: `${web.url}/hook` }, { signing_secret: SECRET }];
    case 'slack':
      return [{}, { url: `${web.url}/services/T0/B0/canary` }];
    case 'telegram':
      return [{ chat_id: '-100123' }, { bot_token: '12345:canary_canary_canary' }];
    case 'pagerduty':
      return [{}, { routing_key: 'canarycanarycanarycanary12345678' }];
  }
}

function outside(signal: AbortSignal): Outside {
  return {
    signal,
    post: safePost({ allowLocal: true }),
    mail: { url: mail.url, from: 'Hearst Control <alerts@example.com>' },
    services: { telegram: web.url, pagerduty: web.url },
    now: START,
  };
}

/** Sends one message; the error, or null where it was taken. */
async function send(kind: ChannelKind, timeoutMs = 2000): Promise<SendError | null> {
  const [config, secret] = settings(kind);
  const message = messageOf(payloadOf(), { recipient: kind === 'email' ? 'ops@example.com' : '' });
  try {
    await CHANNELS[kind].send(message, config, secret, outside(AbortSignal.timeout(timeoutMs)));
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(SendError);
    return error as SendError;
  }
}

/** What must be known after each: whether it was taken, will be refused again, or may have arrived. */
const EXPECTED: Readonly<Record<Behaviour, 'taken' | Partial<SendError>>> = {
  accept: 'taken',
  refuse: { permanent: false },
  gone: { permanent: true, mayHaveArrived: false },
  hang: { permanent: false, mayHaveArrived: true },
  die: { permanent: false, mayHaveArrived: true },
  garbage: { permanent: false },
  redirect: { permanent: false, mayHaveArrived: false },
  huge: 'taken',
};

describe.each(CHANNEL_KINDS)('%s', (kind) => {
  it.each(BEHAVIOURS)('where the receiver does this: %s', async (behaviour) => {
    const receiver = kind === 'email' ? mail : web;
    receiver.behaviour = behaviour;
    const begun = performance.now();
    const error = await send(kind, behaviour === 'hang' ? 300 : 2000);
    expect(performance.now() - begun).toBeLessThan(1500);
    const expected = EXPECTED[behaviour];
    if (expected === 'taken') expect(error).toBeNull();
    else expect(error).toMatchObject(expected);
    expect(receiver.accepted.length > 0).toBe(expected === 'taken');
    expect(error?.message ?? '').not.toMatch(/canary|\r|\n/);
  });

  it('sends nothing by settings that are not complete', async () => {
    const attempt = CHANNELS[kind].send(messageOf(), { wrong: 'canary' }, {}, outside(AbortSignal.timeout(1000)));
    await expect(attempt).rejects.toThrow(/settings are not complete/);
    await expect(attempt).rejects.not.toThrow(/canary/);
  });

  it('names its secrets', () => {
    const [, secret] = settings(kind);
    expect(Object.keys(secret)).toEqual(CHANNELS[kind].secretFields);
  });

  it('ends when the hub stops', async () => {
    (kind === 'email' ? mail : web).behaviour = 'hang';
    const ending = new AbortController();
    const [config, secret] = settings(kind);
    const message = messageOf(payloadOf(), { id: ID, recipient: 'ops@example.com' });
    const sending = CHANNELS[kind].send(message, config, secret, outside(ending.signal));
    setTimeout(() => ending.abort(), 100);
    await expect(sending).rejects.toThrow(SendError);
  });
});
