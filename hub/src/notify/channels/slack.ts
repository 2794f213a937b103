import { z } from '@hono/zod-openapi';
import { assertAccepted } from '../http-answer.ts';
import type { Outgoing } from '../outgoing.ts';
import { escaped, shortened } from '../plain-text.ts';
import { headline, linesOf } from '../text-body.ts';
import { WORDS } from '../words.ts';
import { channel, ONE_RECIPIENT } from './channel.ts';

const Config = z.strictObject({});
const Secret = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000) });

/** Slack refuses a block with more; entities count as what they are written with, four characters for one at most. */
const BLOCK_LENGTH = 3000;
/** The message itself is wrong, or the address was revoked. */
const PERMANENT = [400, 404, 410];

/**
 * A channel of Slack, by the address of an incoming webhook. Such an address answers nothing by which a message could
 * be found again, so there are no threads: each message names its alert.
 */
export const slack = channel({
  kind: 'slack',
  config: Config,
  secret: Secret,
  secretFields: ['url'],
  grouped: true,
  recipientsOf: () => ONE_RECIPIENT,
  async send(message, _config, { url }, { post, signal }) {
    const body = JSON.stringify({ text: escaped(message.subject), blocks: blocksOf(message) });
    assertAccepted(await post(url, { body, signal }), 'Slack', PERMANENT);
    return null;
  },
});

function blocksOf({ subject, mayHaveArrived, language, lead, alerts, tail }: Outgoing) {
  const texts = [
    ...(mayHaveArrived ? [`_${escaped(WORDS.repeat[language])}_`] : []),
    ...(alerts.length === 1 && lead.length === 0 ? [] : [bold(subject)]),
    ...lead.map(escaped),
    ...alerts.map((alert) => {
      const lines = linesOf({ ...alert, link: null }, language).map(escaped);
      const link = alert.link === null ? [] : [`<${encoded(alert.link)}|${escaped(WORDS.open[language])}>`];
      return fitting([bold(headline(alert, language)), ...lines], link);
    }),
    ...(tail === null ? [] : [escaped(tail)]),
  ];
  return texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }));
}

/** As many lines as fit, and the link in any case. */
function fitting(lines: readonly string[], link: readonly string[]): string {
  let left = BLOCK_LENGTH - (link[0]?.length ?? 0) - 1;
  const kept = lines.filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
  return [...kept, ...link].join('\n');
}

/** An asterisk of the text would end it. */
function bold(text: string): string {
  return `*${escaped(shortened(text.replaceAll('*', '∗'), 500))}*`;
}

/** An address fit for Slack's `<address|text>`. */
function encoded(url: string): string {
  return escaped(url).replaceAll('|', '%7C');
}
