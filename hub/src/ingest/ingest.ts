import { randomUUID } from 'node:crypto';
import {
  type Ack,
  type AgentStatus,
  decodeJsonMessage,
  decodeMessage,
  failpoint,
  GLOBAL_PROJECT_ID,
  type Hello,
  PROTOCOL_VERSION,
  ProtocolError,
  parseTopic,
  type RawBatch,
  safeText,
  verifyBatch,
  type Welcome,
} from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { findInstallation, setAgentState } from '../db/queries/agents.ts';
import type { AgentEventRow } from '../db/queries/ingest.ts';
import { insertQuarantine } from '../db/queries/quarantine.ts';
import type { Log } from '../log.ts';
import { AckBoard } from './ack.ts';
import type { AgentRegistry, KnownAgent } from './agents.ts';
import { describe, isAway } from './errors.ts';
import { type Greeting, greet, REFUSED } from './hello.ts';
import { Limiter } from './limiter.ts';
import { MinerIds } from './miner-columns.ts';
import { decodeNewer } from './newer.ts';
import { type PreparedBatch, prepareBatch } from './prepare.ts';
import { emptyStats, type IngestStats } from './stats.ts';
import { Window } from './window.ts';
import { type Verdict, Writer } from './writer.ts';

/** What was committed, for whoever shows it live. */
export interface StoredNotice {
  readonly projectId: string;
  readonly containers: readonly { readonly containerId: string; readonly at: number }[];
  readonly meters: readonly { readonly meterId: string; readonly at: number }[];
}

export interface IngestOptions {
  /** Role hearst_ingest. */
  readonly pool: Pool;
  readonly partitions: { ensure(atMs: number): Promise<void> };
  readonly agents: AgentRegistry;
  /** This hub's id. */
  readonly hub: string;
  readonly log: Log;
  readonly now?: () => number;
  readonly send: {
    welcome(agent: string, welcome: Welcome): void;
    ack(agent: string, ack: Ack): void;
  };
  readonly onStored?: (notice: StoredNotice) => void;
  /** An agent that may no longer be believed: its connection is to be closed. */
  readonly onRefused?: (agentId: string) => void;
  /** The epoch became known or changed. */
  readonly onEpoch?: (hubEpoch: string) => void;
  /** Agents with a connection here, for the check of revocations; absent with an external broker. */
  readonly connected?: () => string[];
  readonly limits?: Partial<IngestLimits>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface IngestLimits {
  /** Unacknowledged batches per agent. */
  readonly window: number;
  /** Bytes of batches waiting. */
  readonly maxBytes: number;
  /** Transactions at once. */
  readonly writers: number;
  /** Batches in one transaction. */
  readonly groupBatches: number;
  /** Readings in one transaction. */
  readonly groupReadings: number;
  /** How long a batch may wait for others to share its transaction, ms. */
  readonly groupWaitMs: number;
}

const LIMITS: IngestLimits = {
  window: 16,
  maxBytes: 64 * 1024 * 1024,
  writers: 3,
  groupBatches: 8,
  groupReadings: 5000,
  groupWaitMs: 3,
};

const CHECK_AGENTS_MS = 2000;
const PROBE_MS = 1000;
const REPORT_MS = 60_000;
/** How often an agent's row learns that batches come. */
const TOUCH_MS = 10_000;
/** A hello this old is asked for again, so that keys are compacted on connections that last for weeks. */
const HELLO_AGAIN_MS = 6 * 3_600_000;
const SLOW_DOWN_MS = 200;

/** A verified batch that waits for its transaction. */
interface Waiting {
  readonly agent: KnownAgent;
  readonly batch: RawBatch;
  readonly receivedAt: number;
  readonly bytes: number;
  /** Set when its envelope is of a newer version: it is kept as it is. */
  readonly newer: boolean;
}

interface Peer {
  outbox: string;
  /** Batches received and not answered yet. */
  inWork: number;
  touchedAt: number;
  touchedLease: number;
  /** The last welcome could not be backed by Postgres: a new hello is due. */
  helloDue: boolean;
}

/**
 * From a message on the wire to a committed transaction and an ack. What holds (reliability R2, R3, R5, R7-R9):
 *
 * - an ack is sent only after COMMIT returned; what did not commit is never acknowledged;
 * - nothing is believed before its HMAC is checked against an active agent's key;
 * - memory is bounded: what finds no room is dropped unacknowledged, and windows close before that happens;
 * - while Postgres is away the hub stays up, grants window 0 and acknowledges nothing;
 * - `receive` returns at once and never throws.
 *
 * `HEARST_TEST_ACK_BEFORE_COMMIT=1` acknowledges before storing, so that the chaos suite can prove that it would
 * notice; it is refused unless `HEARST_TEST=1`.
 */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #limits: IngestLimits;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #stats = emptyStats();
  readonly #window: Window;
  readonly #board: AckBoard;
  readonly #writer: Writer;
  readonly #ackFirst: boolean;
  readonly #badValues: Limiter;
  readonly #unproven: Limiter;
  readonly #warnings: Limiter;
  readonly #queues = new Map<string, Waiting[]>();
  readonly #peers = new Map<string, Peer>();
  readonly #running = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #abort = new AbortController();
  /** Names this run of the hub as the origin of events of its own. */
  readonly #journal = randomUUID();
  #events = 0;
  #writers = 0;
  #groupTimer: NodeJS.Timeout | undefined;
  #hubEpoch: string | null = null;
  #reported = '';
  #windowTold = 0;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#now = options.now ?? Date.now;
    this.#log = options.log;
    this.#ackFirst = ackBeforeCommit(options.env ?? process.env);
    this.#window = new Window({ normal: this.#limits.window, maxBytes: this.#limits.maxBytes });
    this.#windowTold = this.#limits.window;
    this.#badValues = new Limiter(12, this.#now);
    this.#unproven = new Limiter(20, this.#now);
    this.#warnings = new Limiter(12, this.#now);
    this.#board = new AckBoard({
      now: this.#now,
      send: (agent, ack) => {
        this.#stats.acks++;
        options.send.ack(agent, ack);
        failpoint('hub.ack.after');
      },
      context: () =>
        this.#hubEpoch === null
          ? null
          : {
              hubEpoch: this.#hubEpoch,
              window: this.#window.size(),
              slowDownMs: this.#window.size() < this.#limits.window ? SLOW_DOWN_MS : 0,
            },
    });
    this.#writer = new Writer({
      pool: options.pool,
      partitions: options.partitions,
      log: this.#log,
      minerIds: new MinerIds(),
      keep: (batch, kept) =>
        kept.reason !== 'bad_values' ||
        this.#badValues.pass(`${batch.key.agentId} ${batch.containers[0]?.row.containerId}`),
      touch: (batch) => this.#shouldTouch(batch),
      onAway: (away) => this.#setAway(away),
      onRetry: () => this.#stats.retries++,
      signal: this.#abort.signal,
    });
  }

  get hubEpoch(): string | null {
    return this.#hubEpoch;
  }

  stats(): IngestStats {
    const { bytes, away } = this.#window;
    return { ...this.#stats, waitingBytes: bytes, away, window: this.#window.size() };
  }

  /** Reads the epoch if Postgres answers; if not, goes on trying. */
  async start(): Promise<void> {
    await this.#probe();
    this.#every(PROBE_MS, () => (this.#window.away || this.#hubEpoch === null ? this.#probe() : this.#tellWindow()));
    this.#every(CHECK_AGENTS_MS, () => this.#checkAgents());
    this.#every(REPORT_MS, async () => this.#report());
  }

  /** Finishes what is in a transaction and answers it; what still waits is left to be sent again. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#groupTimer);
    this.#queues.clear();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#board.flush();
  }

  /** Takes a message from the broker. */
  receive(topic: string, payload: Buffer, retained = false): void {
    if (this.#abort.signal.aborted) return;
    failpoint('hub.receive.after');
    const receivedAt = this.#now();
    this.#run(this.#handle(topic, payload, retained, receivedAt), topic);
  }

  #run(work: Promise<void>, what: string): void {
    const running: Promise<void> = work
      .catch((error: unknown) => {
        if (!this.#warnings.pass(`handle ${describe(error)}`)) return;
        const fields = { what: what.slice(0, 100), reason: describe(error) };
        if (isAway(error)) this.#log.warn(fields, 'a message was left unanswered while storage is away');
        else this.#log.error({ ...fields, stack: (error as Error).stack }, 'a message was left unanswered');
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #every(ms: number, work: () => Promise<void>): void {
    let busy = false;
    const tick = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } finally {
        busy = false;
      }
    };
    const timer = setInterval(() => this.#run(tick(), 'timer'), ms);
    timer.unref();
    this.#timers.push(timer);
  }

  async #handle(name: string, payload: Buffer, retained: boolean, receivedAt: number): Promise<void> {
    const topic = topicOf(name);
    if (topic === null) return this.#refuse('unknown', 'bad_topic', name.slice(0, 100), null);
    try {
      if (topic.name === 'hello') {
        if (!retained) await this.#hello(topic.agent, decodeJsonMessage('hello', payload), receivedAt);
      } else if (topic.name === 'status') {
        await this.#status(topic.agent, decodeJsonMessage('status', payload), retained ? null : receivedAt);
      } else {
        await this.#message(topic.agent, payload, receivedAt);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await this.#refuse(topic.agent, error.code, error.message, payload);
    }
  }

  // Batches -------------------------------------------------------------------------------------------------

  async #message(agentId: string, payload: Buffer, receivedAt: number): Promise<void> {
    if (!this.#window.take(payload.length)) {
      this.#stats.noRoom++;
      return;
    }
    let waiting = 0;
    try {
      const agent = await this.#options.agents.find(agentId);
      if (agent === null)
        return await this.#refuse(agentId, 'unknown_agent', 'no agent of this id is enrolled', payload);
      if (agent.status !== 'active')
        return await this.#refuse(agentId, 'not_active', `the agent is ${agent.status}`, null);
      const { batches, newer } = await this.#verified(agent, payload);
      if (batches.length === 0) return;
      failpoint('hub.verify.after');
      const queue = this.#queueOf(agent.projectId);
      for (const batch of batches) {
        const bytes = batch.body.length;
        waiting += bytes;
        this.#peer(agentId, batch.envelope.outbox).inWork++;
        queue.push({ agent, batch, receivedAt, bytes, newer });
      }
    } finally {
      this.#window.give(payload.length - waiting);
    }
    this.#schedule();
  }

  /** The batches of a message that their agent really made. */
  async #verified(agent: KnownAgent, payload: Buffer): Promise<{ batches: RawBatch[]; newer: boolean }> {
    let batches: RawBatch[];
    try {
      batches = decodeMessage(payload);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.code !== 'newer_version') throw error;
      const newer = decodeNewer(payload, agent.agentId, agent.hmacKey);
      if (newer !== null) return { batches: newer, newer: true };
      this.#log.error(
        { agent: agent.agentId },
        'an agent speaks a newer protocol and keeps its data: upgrade this hub',
      );
      throw error;
    }
    const genuine: RawBatch[] = [];
    for (const batch of batches) {
      try {
        if (batch.envelope.agent !== agent.agentId)
          throw new ProtocolError('bad_hmac', `envelope of agent ${batch.envelope.agent} on this agent's topic`);
        verifyBatch(batch, agent.hmacKey);
        genuine.push(batch);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        await this.#refuse(agent.agentId, error.code, error.message, payload);
      }
    }
    return { batches: genuine, newer: false };
  }

  #queueOf(projectId: string): Waiting[] {
    let queue = this.#queues.get(projectId);
    if (!queue) {
      queue = [];
      this.#queues.set(projectId, queue);
    }
    return queue;
  }

  /** Starts writers: at once when a group is full, else a moment later, so that batches share a transaction. */
  #schedule(): void {
    for (const queue of this.#queues.values()) {
      if (queue.length >= this.#limits.groupBatches) {
        this.#startWriters();
        return;
      }
    }
    this.#groupTimer ??= setTimeout(() => {
      this.#groupTimer = undefined;
      this.#startWriters();
    }, this.#limits.groupWaitMs);
  }

  #startWriters(): void {
    while (this.#writers < this.#limits.writers && this.#queues.size > 0) {
      this.#writers++;
      this.#run(
        this.#writeNext().finally(() => {
          this.#writers--;
          if (this.#queues.size > 0) this.#schedule();
        }),
        'writer',
      );
    }
  }

  async #writeNext(): Promise<void> {
    const next = this.#takeGroup();
    if (next === null) return;
    const { projectId, group } = next;
    try {
      const batches = group.map((waiting) => this.#prepare(waiting));
      if (this.#ackFirst) for (const batch of batches) this.#answer(batch, { is: 'stored' });
      const result = await this.#writer.write(projectId, batches);
      this.#stats.repeatedFrames += result.repeatedFrames;
      this.#stats.quarantined += result.quarantined;
      for (const [batch, verdict] of result.verdicts) this.#settle(batch, verdict);
      this.#notify(projectId, batches, result.verdicts);
    } finally {
      for (const waiting of group) this.#release(waiting);
    }
  }

  /** A few batches of the project that has waited longest. */
  #takeGroup(): { projectId: string; group: Waiting[] } | null {
    const [entry] = this.#queues;
    if (!entry) return null;
    const [projectId, queue] = entry;
    const group: Waiting[] = [];
    let readings = 0;
    for (let next = queue[0]; next && group.length < this.#limits.groupBatches; next = queue[group.length]) {
      readings += next.batch.envelope.n;
      if (group.length > 0 && readings > this.#limits.groupReadings) break;
      group.push(next);
    }
    queue.splice(0, group.length);
    this.#queues.delete(projectId);
    if (queue.length > 0) this.#queues.set(projectId, queue);
    return { projectId, group };
  }

  #prepare({ agent, batch, receivedAt, newer }: Waiting): PreparedBatch {
    const prepared = prepareBatch(agent, batch, receivedAt);
    if (newer) prepared.refused = { reason: 'newer_version', detail: `protocol ${batch.envelope.v}`, raw: true };
    this.#stats.badValues += prepared.badValues;
    return prepared;
  }

  #settle(batch: PreparedBatch, verdict: Verdict): void {
    if (verdict.is === 'stored') {
      this.#stats.batches++;
      this.#stats.readings += batch.readings;
    } else if (verdict.is === 'duplicate') this.#stats.duplicates++;
    else if (verdict.is === 'fork') this.#stats.forks++;
    else if (verdict.is === 'retry') this.#stats.handedBack++;
    else if (verdict.is === 'unanswered') this.#stats.faults++;
    this.#answer(batch, verdict);
  }

  #answer(batch: PreparedBatch, verdict: Verdict): void {
    const { agentId, outboxId, seq } = batch.key;
    const key = { agent: agentId, outbox: outboxId, seq };
    const flags = { rehello: this.#helloIsDue(batch) };
    switch (verdict.is) {
      case 'stored':
      case 'duplicate':
        this.#board.add(key, { is: 'acked' }, flags);
        return;
      case 'fork':
        this.#board.add(key, { is: 'quarantined', reason: 'fork' }, { ...flags, rotate: true });
        return;
      case 'quarantined':
        this.#board.add(key, verdict, flags);
        return;
      case 'retry':
        this.#board.add(key, verdict, flags);
        return;
      case 'unanswered':
        return;
    }
  }

  /** A lease that another boot took over, or a hello from hours ago. */
  #helloIsDue(batch: PreparedBatch): boolean {
    const { agent, envelope } = batch;
    const stale = envelope.lease < agent.lease && envelope.boot !== agent.leaseBoot;
    const old = agent.helloAt !== null && batch.receivedAt - agent.helloAt.getTime() > HELLO_AGAIN_MS;
    return stale || old;
  }

  #release({ agent, batch, bytes }: Waiting): void {
    this.#window.give(bytes);
    const peer = this.#peers.get(agent.agentId);
    if (!peer) return;
    peer.inWork--;
    if (peer.inWork <= 0 && batch.envelope.agent === agent.agentId) this.#board.flush(agent.agentId);
  }

  #shouldTouch(batch: PreparedBatch): boolean {
    const { agent, receivedAt, envelope } = batch;
    const peer = this.#peer(agent.agentId, envelope.outbox);
    if (peer.touchedLease === envelope.lease && receivedAt - peer.touchedAt < TOUCH_MS) return false;
    peer.touchedLease = envelope.lease;
    peer.touchedAt = receivedAt;
    return true;
  }

  #peer(agentId: string, outbox: string): Peer {
    let peer = this.#peers.get(agentId);
    if (!peer) {
      peer = { outbox, inWork: 0, touchedAt: 0, touchedLease: -1, helloDue: false };
      this.#peers.set(agentId, peer);
    }
    peer.outbox = outbox;
    return peer;
  }

  #notify(projectId: string, batches: readonly PreparedBatch[], verdicts: ReadonlyMap<PreparedBatch, Verdict>): void {
    if (!this.#options.onStored) return;
    const stored = batches.filter((batch) => verdicts.get(batch)?.is === 'stored');
    if (stored.length === 0) return;
    this.#options.onStored({
      projectId,
      containers: stored.flatMap((batch) =>
        batch.containers.map(({ row }) => ({ containerId: row.containerId, at: row.at })),
      ),
      meters: stored.flatMap((batch) => batch.meters.map((row) => ({ meterId: row.meterId, at: row.at }))),
    });
  }

  // What is not believed ------------------------------------------------------------------------------------

  /** Counted, told sparingly, kept a few times an hour for a person to look at, and never acknowledged. */
  async #refuse(agent: string, reason: string, detail: string, payload: Buffer | null): Promise<void> {
    this.#stats.refused++;
    if (this.#warnings.pass(`${agent} ${reason}`))
      this.#log.warn({ agent, reason, detail }, 'a message was not believed');
    if (payload === null || !this.#unproven.pass(`${reason} ${agent}`) || !this.#unproven.pass('all')) return;
    const known = UUID.test(agent) ? agent : null;
    await withContext(this.#options.pool, { projectIds: [GLOBAL_PROJECT_ID] }, (client) =>
      insertQuarantine(client, {
        projectId: GLOBAL_PROJECT_ID,
        receivedAt: new Date(this.#now()),
        agentId: known,
        outboxId: null,
        seq: null,
        reason,
        detail: safeText(detail, 1000) ?? '',
        envelope: null,
        payload,
      }),
    );
    this.#stats.quarantined++;
  }

  // Hello, status, windows ----------------------------------------------------------------------------------

  async #hello(agentId: string, hello: Hello, receivedAt: number): Promise<void> {
    this.#stats.hellos++;
    if (hello.agent !== agentId) return this.#refuse(agentId, 'bad_topic', `hello of agent ${hello.agent}`, null);
    const agent = await this.#options.agents.find(agentId);
    if (agent === null) return this.#refuse(agentId, 'unknown_agent', 'hello of an agent that is not enrolled', null);
    const peer = this.#peer(agentId, hello.outbox);
    let greeting: Greeting | null;
    try {
      greeting = await withContext(this.#options.pool, { projectIds: [agent.projectId] }, (client) =>
        greet(client, agent, hello, {
          at: receivedAt,
          program: safeText(hello.program),
          event: (code, message) => this.#event(agentId, code, message, receivedAt),
        }),
      );
      this.#setAway(false);
    } catch (error) {
      if (!isAway(error)) throw error;
      this.#log.warn({ agent: agentId, reason: describe(error) }, 'a hello is answered without storage: window 0');
      this.#setAway(true);
      greeting = this.#greetingWithoutStorage(agent, hello);
      peer.helloDue = true;
    }
    this.#options.agents.forget(agentId);
    if (greeting === null) return;
    if (greeting.refused === REFUSED.quarantined && agent.status === 'active') this.#stats.clones++;
    this.#setEpoch(greeting.hubEpoch);
    this.#options.send.welcome(agentId, {
      v: PROTOCOL_VERSION,
      hub: this.#options.hub,
      hub_epoch: greeting.hubEpoch,
      project: agent.projectId,
      outbox: hello.outbox,
      boot: hello.boot,
      lease: greeting.lease,
      window: greeting.refused === null ? this.#window.size() : 0,
      backlog_rate: null,
      replay_from: greeting.replayFrom,
      rotate_outbox: greeting.rotateOutbox,
      refused: greeting.refused,
      hello_sent_at: hello.sent_at,
      received_at: receivedAt,
      sent_at: this.#now(),
    });
  }

  /** The agent keeps its lease and waits; a new hello is asked for when storage is back. */
  #greetingWithoutStorage(agent: KnownAgent, hello: Hello): Greeting | null {
    if (this.#hubEpoch === null) return null;
    const refused = agent.status === 'active' ? null : REFUSED[agent.status];
    const lease = Math.max(1, hello.lease);
    return { hubEpoch: this.#hubEpoch, lease, replayFrom: null, rotateOutbox: false, refused };
  }

  #event(agentId: string, code: string, message: string, at: number): AgentEventRow {
    const origin = { agentId, outboxId: this.#journal, seq: ++this.#events, ordinal: 0 };
    return { ...origin, at, receivedAt: at, code, severity: 'critical', subject: null, message, data: {} };
  }

  async #status(agentId: string, status: AgentStatus, receivedAt: number | null): Promise<void> {
    const agent = await this.#options.agents.find(agentId);
    if (agent === null) return this.#refuse(agentId, 'unknown_agent', 'status of an agent that is not enrolled', null);
    await withContext(this.#options.pool, { projectIds: [agent.projectId] }, (client) =>
      setAgentState(client, agent.projectId, agentId, {
        state: status.state,
        program: safeText(status.program),
        depth: status.outbox ?? null,
        seenAt: receivedAt === null || status.state === 'offline' ? null : new Date(receivedAt),
      }),
    );
  }

  #setAway(away: boolean): void {
    if (!this.#window.setAway(away)) return;
    if (away) this.#log.warn('Postgres is away: agents are held, nothing is acknowledged until it is back');
    else this.#log.info('Postgres is back');
    this.#run(this.#tellWindow(), 'window');
  }

  /** Tells every agent when the window opened, closed or changed. */
  async #tellWindow(): Promise<void> {
    const size = this.#window.size();
    if (size === this.#windowTold) return;
    this.#windowTold = size;
    for (const [agentId, peer] of this.#peers) {
      const rehello = peer.helloDue && size > 0;
      if (rehello) peer.helloDue = false;
      this.#board.tell(agentId, peer.outbox, { rehello });
    }
  }

  async #probe(): Promise<void> {
    try {
      const installation = await withContext(this.#options.pool, { readOnly: true }, findInstallation);
      this.#setEpoch(installation.hubEpoch);
      this.#setAway(false);
    } catch (error) {
      this.#setAway(true);
      if (this.#warnings.pass('probe')) this.#log.warn({ reason: describe(error) }, 'Postgres does not answer');
    }
  }

  #setEpoch(hubEpoch: string): void {
    if (this.#hubEpoch === hubEpoch) return;
    this.#hubEpoch = hubEpoch;
    this.#options.onEpoch?.(hubEpoch);
  }

  /** Revocation reaches live connections within seconds. */
  async #checkAgents(): Promise<void> {
    const connected = this.#options.connected?.() ?? [];
    if (connected.length === 0 || this.#window.away) return;
    for (const agentId of await this.#options.agents.refresh(connected)) {
      this.#log.warn({ agent: agentId }, 'closing the connection of an agent that is no longer active');
      this.#options.onRefused?.(agentId);
    }
  }

  #report(): void {
    const { acks: _, waitingBytes: __, ...stats } = this.stats();
    const text = JSON.stringify(stats);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#log.info(stats, 'ingest');
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function topicOf(name: string): { agent: string; name: 'hello' | 'status' | 'event' | 'live' | 'backlog' } | null {
  try {
    const topic = parseTopic(name);
    return topic.direction === 'up' ? topic : null;
  } catch {
    return null;
  }
}

/** The test of the test (see `Ingest`). */
function ackBeforeCommit(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.HEARST_TEST_ACK_BEFORE_COMMIT !== '1') return false;
  if (env.HEARST_TEST === '1') return true;
  throw new Error('HEARST_TEST_ACK_BEFORE_COMMIT=1 loses data on purpose and works only with HEARST_TEST=1. Unset it.');
}
