import { createHash, timingSafeEqual } from 'node:crypto';
import { parseTopic, type Topic, topics } from '@hearst/protocol';
import { type AgentRegistry, isNewestSecret, mayUseSecret } from './agents.ts';

/**
 * Who may use the embedded broker for what. Rules are pure functions of identity and topic; an external broker
 * gets the same ones as its ACL file. Subscription filters are compared as strings, so `#`, `$SYS/...`,
 * `$share/...` and other agents' filters are refused by being none of the allowed ones.
 */
export type Identity = AgentIdentity | { kind: 'hub'; id: string };

export interface AgentIdentity {
  readonly kind: 'agent';
  readonly id: string;
  /** SHA-256 of the secret it signed in with: what it may do ends with that secret. */
  readonly secretHash: Buffer;
}

/** `strip`: allowed, but not to be retained. */
export type PublishVerdict = 'allow' | 'strip' | 'refuse';

const MAX_WILL = 1024;

/** An agent publishes exactly its own up topics, a hub what is meant for agents and its own state. */
export function mayPublish(who: Identity, topic: string, retain: boolean): PublishVerdict {
  const parsed = topicOrNull(topic);
  if (parsed === null || !owns(who, parsed)) return 'refuse';
  return retain && !mayBeRetained(parsed) ? 'strip' : 'allow';
}

export function maySubscribe(who: Identity, filter: string): boolean {
  if (who.kind === 'hub') return filter === topics.upFilter;
  return filter === topics.downFilter(who.id) || filter === topics.hubStateFilter;
}

/** The last will is checked at CONNECT: an agent's is its own status, a hub's its own state, both small. */
export function mayLeaveWill(who: Identity, will: { topic: string; payload: Uint8Array }): boolean {
  if (will.payload.length > MAX_WILL) return false;
  return will.topic === (who.kind === 'hub' ? topics.hubState(who.id) : topics.up(who.id, 'status'));
}

function owns(who: Identity, topic: Topic): boolean {
  switch (topic.direction) {
    case 'up':
      return who.kind === 'agent' && topic.agent === who.id;
    case 'down':
      return who.kind === 'hub';
    case 'hub':
      return who.kind === 'hub' && topic.hub === who.id;
  }
}

function mayBeRetained(topic: Topic): boolean {
  return topic.direction === 'hub' || (topic.direction === 'up' && topic.name === 'status');
}

function topicOrNull(topic: string): Topic | null {
  try {
    return parseTopic(topic);
  } catch {
    return null;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_SECRET = 256;

/** The login of a hub's own client at its embedded broker; lives in memory only. */
export interface HubLogin {
  /** The hub's id: user name, and client id as `hub-<id>`. */
  readonly id: string;
  readonly secret: string;
}

/** Why a login was refused, for log and counters; the client only hears "not authorized". */
export type Refusal = 'bad_login' | 'not_active' | 'unavailable';

/** Checks logins at the embedded broker. */
export class Access {
  readonly #agents: AgentRegistry;
  readonly #hub: HubLogin | null;
  readonly #now: () => number;

  /** @param hub null where hubs do not sign in here */
  constructor(agents: AgentRegistry, hub: HubLogin | null, now: () => number = Date.now) {
    this.#agents = agents;
    this.#hub = hub;
    this.#now = now;
  }

  /**
   * Client id, user name and agent id must be one and the same; the secret is compared by its SHA-256 in constant
   * time; after a change of secrets the one before is good for a while, by what Postgres says now. Revoked and quarantined agents are refused. While Postgres is away the registry answers from its cache;
   * an agent it has never seen is told to try again.
   */
  async authenticate(
    clientId: string,
    user: string | undefined,
    password: Uint8Array | undefined,
  ): Promise<Identity | Refusal> {
    if (user === undefined || password === undefined || password.length > MAX_SECRET) return 'bad_login';
    const presented = createHash('sha256').update(password).digest();
    if (this.#hub !== null && clientId === `hub-${this.#hub.id}` && user === this.#hub.id) {
      const expected = createHash('sha256').update(this.#hub.secret).digest();
      return timingSafeEqual(presented, expected) ? { kind: 'hub', id: user } : 'bad_login';
    }
    if (clientId !== user || !UUID.test(user)) return 'bad_login';
    let agent = await this.#agents.find(user).catch(() => 'unavailable' as const);
    if (agent !== 'unavailable' && agent !== null && !isNewestSecret(agent, presented))
      agent = await this.#agents.findFresh(user).catch(() => 'unavailable' as const);
    if (agent === 'unavailable') return agent;
    if (agent === null || !mayUseSecret(agent, presented, this.#now())) return 'bad_login';
    return agent.status === 'active' ? { kind: 'agent', id: user, secretHash: presented } : 'not_active';
  }
}
