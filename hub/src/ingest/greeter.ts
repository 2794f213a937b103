import { randomUUID } from 'node:crypto';
import { type Hello, PROTOCOL_VERSION, safeText, type Welcome } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import type { AgentEventRow } from '../db/queries/agent-events.ts';
import { announceAgent } from '../live/notice.ts';
import type { Log } from '../log.ts';
import type { AgentRegistry, KnownAgent } from './agents.ts';
import { describe, isAway } from './errors.ts';
import { type Greeting, greet, REFUSED } from './hello.ts';
import type { Peers } from './peers.ts';
import type { IngestStats } from './stats.ts';
import type { StorageWatch } from './storage-watch.ts';
import type { Window } from './window.ts';

export interface GreeterOptions {
  readonly pool: Pool;
  readonly agents: AgentRegistry;
  readonly peers: Peers;
  readonly storage: StorageWatch;
  readonly window: Window;
  /** This hub's id. */
  readonly hub: string;
  readonly log: Log;
  readonly now: () => number;
  readonly stats: IngestStats;
}

/** From a hello to the welcome: what the database says (see `hello.ts`), with the window and the clock stamps. */
export class Greeter {
  readonly #options: GreeterOptions;
  /** Names this run of the hub as the origin of events of its own. */
  readonly #journal = randomUUID();
  #events = 0;

  constructor(options: GreeterOptions) {
    this.#options = options;
  }

  /** Null when nothing can be said: the agent is gone, or storage is away and the epoch not known yet. */
  async welcome(agent: KnownAgent, hello: Hello, receivedAt: number): Promise<Welcome | null> {
    const { agents, storage, stats, hub, window, now } = this.#options;
    const greeting = await this.#greet(agent, hello, receivedAt);
    agents.forget(agent.agentId);
    if (greeting === null) return null;
    if (greeting.refused === REFUSED.quarantined && agent.status === 'active') stats.clones++;
    storage.setEpoch(greeting.hubEpoch);
    return {
      v: PROTOCOL_VERSION,
      hub,
      hub_epoch: greeting.hubEpoch,
      project: agent.projectId,
      outbox: hello.outbox,
      boot: hello.boot,
      lease: greeting.lease,
      window: greeting.refused === null ? window.size() : 0,
      backlog_rate: null,
      replay_from: greeting.replayFrom,
      rotate_outbox: greeting.rotateOutbox,
      refused: greeting.refused,
      hello_sent_at: hello.sent_at,
      received_at: receivedAt,
      sent_at: now(),
    };
  }

  async #greet(agent: KnownAgent, hello: Hello, receivedAt: number): Promise<Greeting | null> {
    const { pool, peers, storage, log } = this.#options;
    const { agentId, projectId } = agent;
    const peer = peers.heard(agentId, hello.outbox);
    try {
      const greeting = await withContext(pool, { projectIds: [projectId] }, async (client) => {
        const greeting = await greet(client, agent, hello, {
          at: receivedAt,
          program: safeText(hello.program),
          event: (code, message) => this.#event(agentId, code, message, receivedAt),
        });
        await announceAgent(client, agent, 'agent.hello', receivedAt);
        return greeting;
      });
      storage.setAway(false);
      return greeting;
    } catch (error) {
      if (!isAway(error)) throw error;
      log.warn({ agent: agentId, reason: describe(error) }, 'a hello is answered without storage: window 0');
      storage.setAway(true);
      peer.helloDue = true;
      return this.#greetingWithoutStorage(agent, hello);
    }
  }

  /** The agent keeps its lease and waits; a new hello is asked for when storage is back. */
  #greetingWithoutStorage(agent: KnownAgent, hello: Hello): Greeting | null {
    const { hubEpoch } = this.#options.storage;
    if (hubEpoch === null) return null;
    const refused = agent.status === 'active' ? null : REFUSED[agent.status];
    const lease = Math.max(1, hello.lease);
    return { hubEpoch, lease, replayFrom: null, rotateOutbox: false, refused };
  }

  #event(agentId: string, code: string, message: string, at: number): AgentEventRow {
    const origin = { agentId, outboxId: this.#journal, seq: ++this.#events, ordinal: 0 };
    return { ...origin, at, receivedAt: at, code, severity: 'critical', subject: null, message, data: {} };
  }
}
