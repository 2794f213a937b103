import { randomUUID } from 'node:crypto';
import type { ChannelKind } from '../db/schema.ts';
import { CHANNELS } from './channels.ts';
import type { ProjectFacts } from './facts.ts';
import { newDeliveries } from './message.ts';
import type { NewDelivery } from './picture.ts';

/** A channel as far as a test needs it. */
interface TestedChannel {
  readonly project_id: string;
  readonly channel_id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The rows by which a channel is tried out, one for each recipient, due at once: sent as any other, also where the channel
 * is switched off.
 *
 * @param requested.by who wants to see it, as the message says
 */
export function testDelivery(
  channel: TestedChannel,
  project: ProjectFacts,
  requested: { readonly by: string; readonly at: Date },
): NewDelivery[] {
  const id = randomUUID();
  const { name, config, kind } = channel;
  const payload = {
    kind: 'test',
    thread: id,
    project,
    channel: name,
    requested_by: requested.by,
    requested_at: requested.at.toISOString(),
  } as const;
  return newDeliveries(id, payload, { ...channel, recipients: CHANNELS[kind].recipientsOf(config) }, +requested.at);
}
