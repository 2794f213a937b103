import { z } from '@hono/zod-openapi';
import type { AlertText } from '../alert-text.ts';
import type { NewsOfAlert } from '../facts.ts';
import { assertAccepted } from '../http-answer.ts';
import type { Outgoing } from '../outgoing.ts';
import { shortened } from '../plain-text.ts';
import { channel, ONE_RECIPIENT } from './channel.ts';

const Config = z.strictObject({});
const Secret = z.strictObject({ routing_key: z.string().regex(/^[A-Za-z0-9]{20,64}$/) });

const SUMMARY_LENGTH = 1024;
/** The event itself is wrong, or its routing key. */
const PERMANENT = [400, 410];

/** What an event says besides whose it is. */
interface Event {
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  /** The same for all events of one alert: a repeat changes nothing at PagerDuty's. */
  readonly dedup_key: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

/** A service of PagerDuty, by the Events API v2: one incident for each alert, opened, acknowledged and resolved there too. */
export const pagerduty = channel({
  kind: 'pagerduty',
  config: Config,
  secret: Secret,
  secretFields: ['routing_key'],
  grouped: false,
  recipientsOf: () => ONE_RECIPIENT,
  async send(message, _config, { routing_key }, { post, signal, services }) {
    for (const event of eventsOf(message)) {
      const body = JSON.stringify({ routing_key, client: 'Hearst Control', ...event });
      assertAccepted(await post(`${services.pagerduty}/v2/enqueue`, { body, signal }), 'PagerDuty', PERMANENT);
    }
    return null;
  },
});

function eventsOf(message: Outgoing): Event[] {
  const { payload, alerts, id } = message;
  if (payload.kind !== 'test') return payload.news.map((news, index) => eventOf(news, alerts[index], message));
  // Opened and closed at once: it shows in the log and wakes nobody for long.
  const about = { summary: message.subject, source: payload.project.id, severity: 'info' };
  return [
    { event_action: 'trigger', dedup_key: `test/${id}`, payload: about },
    { event_action: 'resolve', dedup_key: `test/${id}` },
  ];
}

function eventOf({ news, alert }: NewsOfAlert, text: AlertText | undefined, { payload, thread }: Outgoing): Event {
  const dedup_key = `${payload.project.id}/${alert.id}`;
  if (news === 'resolved') return { event_action: 'resolve', dedup_key };
  if (news === 'acknowledged') return { event_action: 'acknowledge', dedup_key };
  const details = Object.fromEntries((text?.details ?? []).map(({ label, text: said }) => [label, said]));
  return {
    event_action: 'trigger',
    dedup_key,
    payload: {
      summary: shortened(text?.title ?? alert.message, SUMMARY_LENGTH),
      source: alert.target_id || payload.project.id,
      severity: alert.severity,
      timestamp: alert.first_seen_at,
      component: alert.target_type,
      group: payload.project.id,
      class: alert.rule_id ?? alert.alert_type,
      custom_details: { ...details, ...(text?.runbook ? { runbook: text.runbook } : {}), thread },
    },
    ...(text?.link ? { links: [{ href: text.link, text: 'Hearst Control' }] } : {}),
  };
}
