import { type ParsedMail, simpleParser } from 'mailparser';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelKind } from '../../db/schema.ts';
import { CHANNELS } from '../channels.ts';
import { deliveryIdOf } from '../delivery-id.ts';
import type { Payload } from '../facts.ts';
import { ID, messageOf, payloadOf } from '../message-samples.ts';
import type { Outgoing } from '../outgoing.ts';
import { safePost } from '../safe-fetch.ts';
import { PROJECT, START } from '../testing.ts';
import { httpReceiver, type Receiver, smtpReceiver } from './testing.ts';

let web: Receiver;
let mail: Receiver;
beforeAll(async () => {
  [web, mail] = await Promise.all([httpReceiver('{"ok":true,"result":{"message_id":7}}'), smtpReceiver()]);
});
afterAll(() => Promise.all([web.close(), mail.close()]));
beforeEach(() => {
  web.accepted.length = 0;
  mail.accepted.length = 0;
});

const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SECRETS: Readonly<Record<ChannelKind, () => [object, object]>> = {
  email: () => [{ recipients: ['ops@example.com'] }, {}],
  webhook: () => [{ url: web.url }, { signing_secret: SIGNING }],
  slack: () => [{}, { url: web.url }],
  telegram: () => [{ chat_id: '-100123' }, { bot_token: '12345:aaaaaaaaaaaaaaaaaaaaaa' }],
  pagerduty: () => [{}, { routing_key: 'a'.repeat(32) }],
};

function send(kind: ChannelKind, message: Outgoing, more: object = {}) {
  const [config, secret] = SECRETS[kind]();
  return CHANNELS[kind].send(
    message,
    config,
    { ...secret, ...more },
    {
      signal: AbortSignal.timeout(3000),
      post: safePost({ allowLocal: true }),
      mail: { url: mail.url, from: 'Hearst Control <alerts@example.com>' },
      services: { telegram: web.url, pagerduty: web.url },
      now: Date.now(),
    },
  );
}

/**
 * Sends one and gives what came.
 *
 * @param more of its secret
 */
async function posted<Body>(kind: ChannelKind, message: Outgoing, more: object = {}) {
  await send(kind, message, more);
  const [received] = web.accepted.splice(0);
  return { ...received!, json: JSON.parse(received!.body) as Body };
}

async function mailed(message: Outgoing): Promise<ParsedMail> {
  await send('email', message);
  return simpleParser(mail.accepted.splice(0)[0]!.body);
}

const to = (recipient: string) => ({ id: deliveryIdOf(ID, recipient), recipient });

describe('a mail', () => {
  it('says in text and HTML what, where, how much, since when, who has it, what to do', async () => {
    const payload = payloadOf('opened', {
      rule_id: 'supply_hot',
      value: 40.25,
      threshold: 40,
      unit: '°C',
      target_type: 'miner',
      target_id: 'QATAR-C14-M087',
      place: { transformer_id: 'QATAR-T07', container_id: 'QATAR-C14', position: 87, slot: 'R07-03' },
    });
    const parsed = await mailed(messageOf(payload, to('ops@example.com')));
    expect(parsed.subject).toBe(
      '[CRITICAL] QATAR-C14-M087: supply water at 40.3 °C, above 40, 308 miners, 146 PH/s, 1.7 % of the project',
    );
    expect(parsed.text?.trim().split('\n').slice(1)).toEqual([
      'Where: QATAR-001 (Qatar, Doha) > QATAR-T07 > QATAR-C14 > position 87 (R07-03)',
      'Value: 40.25 °C (threshold 40 °C)',
      'Since: 2026-11-26 11:59 Asia/Qatar (08:59 UTC)',
      'Who has it: nobody yet',
      'https://hub.example.com/alerts/42',
    ]);
    expect(parsed.html).toContain('<td>40.25 °C (threshold 40 °C)</td>');
    expect(parsed.html).toContain('<a href="https://hub.example.com/alerts/42">');
    expect(parsed.from?.text).toBe('"Hearst Control" <alerts@example.com>');
  });

  it('speaks the recipient’s language', async () => {
    const parsed = await mailed(messageOf(payloadOf(), { ...to('a@x.com'), language: 'fr' }));
    expect(parsed.subject).toBe('[CRITIQUE] QATAR-C14 : pompe arrêtée, 308 mineurs, 146 PH/s, 1,7 % du projet');
    expect(parsed.text).toContain('Que faire : Vérifiez le disjoncteur de la pompe.');
    expect(parsed.text).toContain('Pris en charge par : personne pour l’instant');
  });

  it('belongs to the thread of the first one at the same recipient', async () => {
    const first = await mailed(messageOf(payloadOf(), to('ops@example.com')));
    const later = { id: deliveryIdOf('22222222-2222-4222-8222-222222222222', 'ops@example.com') };
    const acknowledged = payloadOf('acknowledged', { status: 'acknowledged', acknowledged_by: 'Amal' });
    const second = await mailed(messageOf(acknowledged, { ...to('ops@example.com'), ...later }));
    expect(first.messageId).toBe(`<${deliveryIdOf(ID, 'ops@example.com')}@example.com>`);
    expect([first.inReplyTo, first.references]).toEqual([undefined, undefined]);
    expect([second.inReplyTo, second.references]).toEqual([first.messageId, first.messageId]);
    expect(second.subject).toMatch(/^\[ACKNOWLEDGED\] QATAR-C14: pump stopped/);
    expect(second.text).toContain('Who has it: Amal');
  });

  it('carries the same identity again at a repeat', async () => {
    const envelope = to('ops@example.com');
    const one = await mailed(messageOf(payloadOf(), envelope));
    const again = await mailed(messageOf(payloadOf(), { ...envelope, mayHaveArrived: true }));
    expect(again.messageId).toBe(one.messageId);
  });
});

describe('a webhook', () => {
  it('is signed as Standard Webhooks has it, by the delivery’s id', async () => {
    const { headers, body, json } = await posted<{ type: string; data: object }>('webhook', messageOf());
    expect(headers['webhook-id']).toBe(ID);
    expect(new Webhook(SIGNING).verify(body, headers as Record<string, string>)).toEqual(json);
    expect(() => new Webhook(SIGNING).verify(`${body} `, headers as Record<string, string>)).toThrow();
    expect(json).toMatchObject({
      type: 'hearst.alerts.v1',
      timestamp: '2026-11-26T09:00:00.000Z',
      data: {
        thread: ID,
        project: { id: 'QATAR-001' },
        events: [
          {
            event: 'alert.opened',
            title: 'QATAR-C14: pump stopped, 308 miners, 146 PH/s, 1.7 % of the project',
            url: 'https://hub.example.com/alerts/42',
            alert: { id: 42, severity: 'critical', target_id: 'QATAR-C14', value: null },
          },
        ],
      },
    });
  });

  it('carries the signatures of both secrets while the receiver changes from one to the other', async () => {
    const previous = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const { headers, body, json } = await posted('webhook', messageOf(), { previous_signing_secret: previous });
    for (const secret of [SIGNING, previous])
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(json);
    const stranger = new Webhook(`whsec_${Buffer.alloc(24, 8).toString('base64')}`);
    expect(() => stranger.verify(body, headers as Record<string, string>)).toThrow();
  });

  it('has the same body at every attempt', async () => {
    const one = await posted('webhook', messageOf());
    const again = await posted('webhook', messageOf(payloadOf(), { mayHaveArrived: true }));
    expect([again.body, again.headers['webhook-id']]).toEqual([one.body, one.headers['webhook-id']]);
  });
});

describe('Slack and Telegram', () => {
  it('say that it may be a repeat, where it may', async () => {
    for (const kind of ['slack', 'telegram'] as const) {
      expect((await posted(kind, messageOf())).body).not.toContain('Possible repeat');
      expect((await posted(kind, messageOf(payloadOf(), { mayHaveArrived: true }))).body).toContain('Possible repeat');
    }
  });

  it('Telegram answers the first message of a thread, where its number is known', async () => {
    expect(await send('telegram', messageOf())).toEqual({ message_id: 7 });
    web.accepted.length = 0;
    const first = await posted<object>('telegram', messageOf());
    const later = await posted<object>(
      'telegram',
      messageOf(payloadOf('resolved'), { threadReceipt: { message_id: 7 } }),
    );
    expect(first.json).not.toHaveProperty('reply_parameters');
    expect(later.json).toMatchObject({ chat_id: '-100123', reply_parameters: { message_id: 7 } });
    expect(later.path).toBe('/bot12345:aaaaaaaaaaaaaaaaaaaaaa/sendMessage');
  });
});

describe('PagerDuty', () => {
  it('opens, acknowledges and resolves one incident for each alert', async () => {
    const events = [];
    for (const news of ['opened', 'repeated', 'acknowledged', 'resolved'] as const)
      events.push(
        (await posted<{ event_action: string; dedup_key: string }>('pagerduty', messageOf(payloadOf(news)))).json,
      );
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'acknowledge', 'resolve']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set(['QATAR-001/42']));
    expect(events[0]).toMatchObject({
      payload: { severity: 'critical', source: 'QATAR-C14', class: 'pump_stopped', group: 'QATAR-001' },
    });
  });

  it('closes the incident of a test at once', async () => {
    await send('pagerduty', messageOf(TEST));
    const events = web.accepted.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string });
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    expect(events[0]?.dedup_key).toBe(events[1]?.dedup_key);
  });
});

const TEST: Payload = {
  kind: 'test',
  thread: ID,
  project: PROJECT,
  channel: 'night <shift>',
  requested_by: 'Amal',
  requested_at: '2026-11-26T09:00:00.000Z',
};
const HOSTILE =
  'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script> <!channel> </b> & *bold* \u202Eevil \u0000';

describe('texts of devices and people are data', () => {
  const payload = payloadOf('opened', {
    rule_id: 'unknown',
    message: HOSTILE,
    assignee: HOSTILE,
    unit: '<i>',
    value: 1,
  });

  it('in the headers and the HTML of a mail', async () => {
    const parsed = await mailed(messageOf(payload, to('ops@example.com')));
    expect(parsed.headers.has('bcc')).toBe(false);
    expect(parsed.subject).toMatch(/^\[CRITICAL\] QATAR-C14: x Bcc: evil@example.com <script>/);
    expect(parsed.subject).not.toMatch(/[\r\n\u202E\u0000]/);
    expect(parsed.html).not.toMatch(/<script>|<i>|<!channel>/);
    expect(parsed.html).toContain('&lt;script&gt;');
  });

  it('in Slack', async () => {
    type Body = { text: string; blocks: { text: { text: string; verbatim: boolean } }[] };
    const { json } = await posted<Body>('slack', messageOf(payload));
    const texts = [json.text, ...json.blocks.map(({ text }) => text.text)];
    for (const text of texts)
      expect(text.replace('<https://hub.example.com/alerts/42|Open the alert>', '')).not.toContain('<');
    expect(texts.join()).toContain('&lt;!channel&gt;');
    expect(json.blocks.every(({ text }) => text.verbatim)).toBe(true);
  });

  it('in Telegram', async () => {
    const { json } = await posted<{ text: string; parse_mode: string }>('telegram', messageOf(payload));
    expect(json.text.match(/<[^>]*>/g)).toEqual(['<b>', '</b>']);
  });

  it('and never longer than a service takes', async () => {
    const long = { rule_id: 'unknown', message: '<'.repeat(5000), assignee: '&'.repeat(5000) };
    const [news] = (payloadOf('opened', long) as Extract<Payload, { kind: 'alerts' }>).news;
    const many = { ...payloadOf(), news: Array.from({ length: 60 }, () => news!) } as Payload;
    const slack = await posted<{ blocks: { text: { text: string } }[] }>('slack', messageOf(many));
    const telegram = await posted<{ text: string }>('telegram', messageOf(many));
    expect(slack.json.blocks.length).toBeLessThanOrEqual(50);
    expect(Math.max(...slack.json.blocks.map(({ text }) => text.text.length))).toBeLessThanOrEqual(3000);
    expect(telegram.json.text.length).toBeLessThanOrEqual(4096);
    expect(slack.body).toContain('+ 40 more');
  });
});

describe('what else is sent', () => {
  it('a test says who wanted it', async () => {
    const parsed = await mailed(messageOf(TEST, to('ops@example.com')));
    expect(parsed.subject).toBe('[TEST] night <shift>: this channel works');
    expect(parsed.text).toContain('A test, asked for by Amal, 2026-11-26 12:00 Asia/Qatar (09:00 UTC).');
    expect((await posted<{ type: string }>('webhook', messageOf(TEST))).json.type).toBe('hearst.test.v1');
  });

  it('a summary says what happened in a maintenance window', async () => {
    const opened = payloadOf('opened') as Extract<Payload, { kind: 'alerts' }>;
    const resolved = payloadOf('resolved', {
      id: 43,
      rule_id: 'supply_hot',
      status: 'resolved',
      resolved_by: 'system',
      resolved_at: new Date(START),
    }) as Extract<Payload, { kind: 'alerts' }>;
    const summary: Payload = {
      ...opened,
      kind: 'summary',
      news: [...opened.news, ...resolved.news],
      window: {
        id: ID,
        target_type: 'container',
        target_id: 'QATAR-C14',
        starts_at: '2026-11-26T06:00:00.000Z',
        ends_at: '2026-11-26T09:00:00.000Z',
        reason: 'pump exchange',
      },
    };
    const parsed = await mailed(messageOf(summary, to('ops@example.com')));
    expect(parsed.subject).toBe('[MAINTENANCE] QATAR-C14: maintenance is over, 1 still open, 1 resolved');
    expect(parsed.text).toContain('Reason: pump exchange');
    expect(parsed.text).toContain('RESOLVED: QATAR-C14: supply water, 308 miners');
    expect(parsed.text).toContain('Resolved: 2026-11-26 12:00 Asia/Qatar (09:00 UTC), by itself');
    expect((await posted<object>('webhook', messageOf(summary))).json).toMatchObject({
      type: 'hearst.summary.v1',
      data: { window: { target_id: 'QATAR-C14' }, events: [{ event: 'alert.opened' }, { event: 'alert.resolved' }] },
    });
  });
});
