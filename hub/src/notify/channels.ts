import type { ChannelKind } from '../db/schema.ts';
import type { Channel } from './channels/channel.ts';
import { email } from './channels/email.ts';
import { pagerduty } from './channels/pagerduty.ts';
import { slack } from './channels/slack.ts';
import { telegram } from './channels/telegram.ts';
import { webhook } from './channels/webhook.ts';

/** The kinds of channels there are: what each is told by (`config`, `secret`), and how it sends. */
export const CHANNELS: Readonly<Record<ChannelKind, Channel>> = { email, webhook, slack, telegram, pagerduty };
