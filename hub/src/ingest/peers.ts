import type { Envelope } from '@hearst/protocol';

/** What is remembered of an agent that was heard since the start. */
export interface Peer {
  /** The outbox it spoke of last. */
  outbox: string;
  /** Batches received and not answered yet. */
  inWork: number;
  touchedAt: number;
  touchedLease: number;
  /** The last welcome could not be backed by Postgres: a new hello is due. */
  helloDue: boolean;
}

/** How often an agent's row learns that batches come. */
const TOUCH_MS = 10_000;

export class Peers {
  readonly #peers = new Map<string, Peer>();

  get(agentId: string): Peer | undefined {
    return this.#peers.get(agentId);
  }

  /** The agent's peer, made when it is heard for the first time. */
  heard(agentId: string, outbox: string): Peer {
    let peer = this.#peers.get(agentId);
    if (!peer) {
      peer = { outbox, inWork: 0, touchedAt: 0, touchedLease: -1, helloDue: false };
      this.#peers.set(agentId, peer);
    }
    peer.outbox = outbox;
    return peer;
  }

  all(): Iterable<[agentId: string, peer: Peer]> {
    return this.#peers;
  }

  /** Whether the agent's row should learn of this batch; true once per lease and once in a while. */
  touch({ agent, outbox, lease }: Envelope, receivedAt: number): boolean {
    const peer = this.heard(agent, outbox);
    if (peer.touchedLease === lease && receivedAt - peer.touchedAt < TOUCH_MS) return false;
    peer.touchedLease = lease;
    peer.touchedAt = receivedAt;
    return true;
  }
}
