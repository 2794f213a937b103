import { z } from '@hono/zod-openapi';
import { Webhook } from 'standardwebhooks';
import type { NewsOfAlert } from '../facts.ts';
import { assertAccepted } from '../http-answer.ts';
import type { Outgoing } from '../outgoing.ts';
import { channel, ONE_RECIPIENT } from './channel.ts';

const Config = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000) });
const Signing = z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/);
const Secret = z.strictObject({ signing_secret: Signing, previous_signing_secret: Signing.optional() });

const EVENTS: Readonly<Record<NewsOfAlert['news'], string>> = {
  opened: 'alert.opened',
  escalated: 'alert.escalated',
  acknowledged: 'alert.acknowledged',
  resolved: 'alert.resolved',
  reopened: 'alert.reopened',
  severity: 'alert.severity_changed',
  repeated: 'alert.repeated',
};

/**
 * A program of others, told in JSON and signed as Standard Webhooks has it. While a receiver changes from one secret to
 * another each message carries the signatures of both. 410 says that it wants nothing more.
 */
export const webhook = channel({
  kind: 'webhook',
  config: Config,
  secret: Secret,
  secretFields: ['signing_secret'],
  grouped: true,
  recipientsOf: () => ONE_RECIPIENT,
  async send(message, { url }, { signing_secret, previous_signing_secret }, { post, signal, now }) {
    const body = JSON.stringify(bodyOf(message));
    const at = new Date(now);
    const secrets = [signing_secret, ...(previous_signing_secret === undefined ? [] : [previous_signing_secret])];
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(message.id, at, body)).join(' '),
    };
    assertAccepted(await post(url, { headers, body, signal }), new URL(url).host, [410]);
    return null;
  },
});

/** The same at every attempt. */
function bodyOf({ payload, thread, createdAt, subject, alerts }: Outgoing) {
  const { kind, news = [], ...facts } = { news: undefined, ...payload };
  return {
    type: `hearst.${kind}.v1`,
    timestamp: createdAt.toISOString(),
    data: {
      ...facts,
      thread,
      summary: subject,
      events: news.map(({ news: what, alert }, index) => ({
        event: EVENTS[what],
        title: alerts[index]?.title ?? alert.message,
        url: alerts[index]?.link ?? null,
        alert,
      })),
    },
  };
}
