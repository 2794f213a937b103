import { z } from '@hono/zod-openapi';
import { assertAccepted } from '../http-answer.ts';
import type { Outgoing } from '../outgoing.ts';
import { escaped } from '../plain-text.ts';
import { headline, linesOf } from '../text-body.ts';
import { WORDS } from '../words.ts';
import { channel, ONE_RECIPIENT, type Receipt } from './channel.ts';

const Config = z.strictObject({ chat_id: z.string().regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{4,64})$/) });
const Secret = z.strictObject({ bot_token: z.string().regex(/^\d{1,20}:[A-Za-z0-9_-]{20,100}$/) });
const Accepted = z.object({ result: z.object({ message_id: z.int() }) });

/** Telegram refuses a longer text. */
const TEXT_LENGTH = 4096;
/** The message itself is wrong, or there is no such chat. */
const PERMANENT = [400, 410];

/**
 * A chat of Telegram, through a bot. What continues a thread answers its first message, whose number Telegram told when it
 * was sent; where that is unknown the message stands by itself.
 */
export const telegram = channel({
  kind: 'telegram',
  config: Config,
  secret: Secret,
  secretFields: ['bot_token'],
  grouped: true,
  recipientsOf: () => ONE_RECIPIENT,
  async send(message, { chat_id }, { bot_token }, { post, signal, services }) {
    const answer = await post(`${services.telegram}/bot${bot_token}/sendMessage`, {
      body: JSON.stringify({
        chat_id,
        text: textOf(message),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...replyTo(message.threadReceipt),
      }),
      signal,
    });
    assertAccepted(answer, 'Telegram', PERMANENT);
    return receiptOf(answer.body);
  },
});

function textOf({ subject, mayHaveArrived, language, lead, alerts, tail }: Outgoing): string {
  const lines = [
    ...(mayHaveArrived ? [`<i>${escaped(WORDS.repeat[language])}</i>`] : []),
    ...(alerts.length === 1 && lead.length === 0 ? [] : [`<b>${escaped(subject)}</b>`]),
    ...lead.map(escaped),
    ...alerts.flatMap((alert, index) => [
      ...(index > 0 || lead.length > 0 ? [''] : []),
      `<b>${escaped(headline(alert, language))}</b>`,
      ...linesOf(alert, language).map(escaped),
    ]),
    ...(tail === null ? [] : [escaped(tail)]),
  ];
  let left = TEXT_LENGTH;
  // Whole lines: a cut tag would be refused.
  const fits = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return (fits === -1 ? lines : lines.slice(0, fits)).join('\n');
}

function replyTo(receipt: Outgoing['threadReceipt']): Record<string, unknown> {
  const id = receipt?.message_id;
  return id === undefined ? {} : { reply_parameters: { message_id: id, allow_sending_without_reply: true } };
}

function receiptOf(body: string): Receipt {
  try {
    return { message_id: Accepted.parse(JSON.parse(body)).result.message_id };
  } catch {
    // It was taken; only the thread cannot be found again.
    return null;
  }
}
