import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { type AgentRow, findAgent, findAgents } from '../db/queries/agents.ts';

/** An agent as ingest knows it: its row, the HMAC keys opened. */
export type KnownAgent = AgentRow;

/** Whether the secret of this SHA-256 lets an agent sign in at a time; compared in constant time. */
export function mayUseSecret(agent: KnownAgent, secretHash: Buffer, at: number): boolean {
  return withPrevious(agent.secretHash, agent.previousSecretHash, agent, at).some((hash) => isSame(hash, secretHash));
}

/** Whether that is the newest of its secrets, not the one it had before. */
export function isNewestSecret(agent: KnownAgent, secretHash: Buffer): boolean {
  return isSame(agent.secretHash, secretHash);
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The keys that an agent may sign with at a time. */
export function hmacKeysOf(agent: KnownAgent, at: number): Buffer[] {
  return withPrevious(agent.hmacKey, agent.previousHmacKey, agent, at);
}

function withPrevious(now: Buffer, before: Buffer | null, { previousUntil }: KnownAgent, at: number): Buffer[] {
  return before !== null && previousUntil !== null && at < +previousUntil ? [now, before] : [now];
}

interface Entry {
  agent: KnownAgent | null;
  readAt: number;
}

/** How old an answer may be: also how long a revoked agent may still be believed. */
const FRESH_MS = 4000;
/** Wrong secrets ask Postgres at most so often per agent. */
const JUST_READ_MS = 200;
const MAX_ENTRIES = 20_000;

/**
 * Agents by id, read from Postgres and remembered for a few seconds. While Postgres is away the last known answer
 * stands, however old: connections and logins survive, and nothing can be stored anyway.
 */
export class AgentRegistry {
  readonly #pool: Pool;
  readonly #keys: { decrypt(sealed: Buffer): Buffer };
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<KnownAgent | null>>();

  constructor(options: { pool: Pool; keys: { decrypt(sealed: Buffer): Buffer }; now?: () => number }) {
    this.#pool = options.pool;
    this.#keys = options.keys;
    this.#now = options.now ?? Date.now;
  }

  /** The agent, or null when there is none of that id. Throws when Postgres is away and the agent was never seen. */
  async find(agentId: string): Promise<KnownAgent | null> {
    const entry = this.#entries.get(agentId);
    if (entry && this.#now() - entry.readAt < FRESH_MS) return entry.agent;
    try {
      return await this.#load(agentId);
    } catch (error) {
      if (entry?.agent) return entry.agent;
      throw error;
    }
  }

  /** The same, read anew where what is remembered is older than a moment: its secrets may have changed. */
  async findFresh(agentId: string): Promise<KnownAgent | null> {
    const entry = this.#entries.get(agentId);
    if (entry && this.#now() - entry.readAt >= JUST_READ_MS) this.forget(agentId);
    return this.find(agentId);
  }

  /** What is remembered, without asking. */
  known(agentId: string): KnownAgent | null {
    return this.#entries.get(agentId)?.agent ?? null;
  }

  /** The next `find` asks Postgres. */
  forget(agentId: string): void {
    const entry = this.#entries.get(agentId);
    if (entry) entry.readAt = Number.NEGATIVE_INFINITY;
  }

  /** Reads those of the given agents that are remembered again, in one query; null for one that is gone. */
  async refresh(agentIds: readonly string[]): Promise<Map<string, KnownAgent | null>> {
    const read = new Map<string, KnownAgent | null>();
    const projectIds = new Set<string>();
    for (const id of agentIds) {
      const agent = this.known(id);
      if (agent === null) continue;
      projectIds.add(agent.projectId);
      read.set(id, null);
    }
    if (projectIds.size === 0) return read;
    const rows = await withContext(this.#pool, { projectIds: [...projectIds], readOnly: true }, (client) =>
      findAgents(client, agentIds),
    );
    for (const row of rows) read.set(row.agentId, this.#open(row));
    for (const [id, agent] of read) this.#keep(id, agent);
    return read;
  }

  #load(agentId: string): Promise<KnownAgent | null> {
    const running = this.#loading.get(agentId);
    if (running) return running;
    const load = withContext(this.#pool, { agentId, readOnly: true }, (client) => findAgent(client, agentId))
      .then((row) => this.#keep(agentId, row && this.#open(row)))
      .finally(() => this.#loading.delete(agentId));
    this.#loading.set(agentId, load);
    return load;
  }

  #keep(agentId: string, agent: KnownAgent | null): KnownAgent | null {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(agentId, { agent, readAt: this.#now() });
    return agent;
  }

  #open(row: AgentRow): KnownAgent {
    const { previousHmacKey: before } = row;
    return {
      ...row,
      hmacKey: this.#keys.decrypt(row.hmacKey),
      previousHmacKey: before === null ? null : this.#keys.decrypt(before),
    };
  }
}
