import type { z } from 'zod';
import { ProtocolError } from './errors.ts';
import { firstIssue } from './frame.ts';
import { AgentId } from './ids.ts';
import { Ack, AgentStatus, Hello, HubState, MAX_MESSAGE, Welcome } from './messages.ts';

/**
 * Every topic once: builder, parser and the schema of what travels on it. No tenant names in topics.
 *
 *     hearst/v1/<agent>/up/{hello,status,event,live,backlog}     agent -> hub
 *     hearst/v1/<agent>/down/{welcome,ack}                       hub -> agent
 *     hearst/v1/hub/<hub>/state                                  hub -> everyone, retained
 */
const ROOT = 'hearst/v1';

/** Agent to hub. `event`, `live` and `backlog` carry batches (see codec.ts), the others one JSON message. */
export const UP = ['hello', 'status', 'event', 'live', 'backlog'] as const;
export type UpTopic = (typeof UP)[number];
export const DOWN = ['welcome', 'ack'] as const;
export type DownTopic = (typeof DOWN)[number];

export type Topic =
  | { direction: 'up'; agent: string; name: UpTopic }
  | { direction: 'down'; agent: string; name: DownTopic }
  | { direction: 'hub'; hub: string };

export const topics = {
  up: (agent: string, name: UpTopic): string => `${ROOT}/${agent}/up/${name}`,
  down: (agent: string, name: DownTopic): string => `${ROOT}/${agent}/down/${name}`,
  hubState: (hub: string): string => `${ROOT}/hub/${hub}/state`,
  /** The subscription filter an agent must use for what is meant for it: exactly this string. */
  downFilter: (agent: string): string => `${ROOT}/${agent}/down/+`,
  /** The subscription filter for the state of every hub: exactly this string. */
  hubStateFilter: `${ROOT}/hub/+/state`,
  /** What a hub subscribes to. */
  upFilter: `${ROOT}/+/up/+`,
} as const;

/** Takes a topic apart. Throws `bad_topic` for anything this protocol does not use. */
export function parseTopic(topic: string): Topic {
  const parts = topic.split('/');
  const [, , owner = '', direction = '', name = ''] = parts;
  if (parts.length === 5 && topic.startsWith(`${ROOT}/`)) {
    if (owner === 'hub' && name === 'state' && AgentId.safeParse(direction).success)
      return { direction: 'hub', hub: direction };
    if (isId(owner)) {
      if (direction === 'up' && isOneOf(UP, name)) return { direction, agent: owner, name };
      if (direction === 'down' && isOneOf(DOWN, name)) return { direction, agent: owner, name };
    }
  }
  throw new ProtocolError('bad_topic', `not a topic of this protocol: ${topic.slice(0, 100)}`);
}

/** An id exactly as topics spell it: small letters, so that string comparison is enough for access rules. */
function isId(text: string): boolean {
  const parsed = AgentId.safeParse(text);
  return parsed.success && parsed.data === text;
}

function isOneOf<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

const SCHEMAS = { hello: Hello, welcome: Welcome, ack: Ack, status: AgentStatus, state: HubState } as const;
export type MessageName = keyof typeof SCHEMAS;
export type MessageOf<N extends MessageName> = z.infer<(typeof SCHEMAS)[N]>;

/** Encodes one of the small JSON messages. */
export function encodeMessage<N extends MessageName>(_name: N, message: MessageOf<N>): string {
  return JSON.stringify(message);
}

/** Checks one of the small JSON messages. Throws `too_large` or `malformed`. */
export function decodeJsonMessage<N extends MessageName>(name: N, payload: Uint8Array): MessageOf<N> {
  if (payload.length > MAX_MESSAGE)
    throw new ProtocolError('too_large', `${name} of ${payload.length} bytes, at most ${MAX_MESSAGE}`);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8'));
  } catch {
    throw new ProtocolError('malformed', `${name} is not JSON`);
  }
  const parsed = SCHEMAS[name].safeParse(json);
  if (!parsed.success) throw new ProtocolError('malformed', `${name}: ${firstIssue(parsed.error)}`);
  return parsed.data as MessageOf<N>;
}
