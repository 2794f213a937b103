import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Ack,
  type AgentStatus,
  decodeJsonMessage,
  failpoint,
  type Hello,
  ProtocolError,
  parseTopic,
  type Welcome,
} from '@hearst/protocol';
import type { Pool } from 'pg';
import { EarlierCounters } from '../alerts/judge/earlier-counters.ts';
import type { RuleBook } from '../alerts/rule.ts';
import type { Log } from '../log.ts';
import type { AgentIdentity } from './access.ts';
import { AckBoard, type Answer } from './ack.ts';
import type { AgentRegistry, KnownAgent } from './agents.ts';
import { Greeter } from './greeter.ts';
import { type GroupLimits, GroupQueue, type Waiting } from './group-queue.ts';
import { isHelloDue } from './hello.ts';
import { judgeBatch } from './judge-batch.ts';
import { LatestStates, STATE_LOOK_MS } from './latest-states.ts';
import { Limiter } from './limiter.ts';
import { noticeOf, type StoredNotice } from './notice.ts';
import { Peers } from './peers.ts';
import { type PreparedBatch, prepareBatch } from './prepare.ts';
import { Refusals } from './refusals.ts';
import { closeRevoked } from './revocation.ts';
import { StateKeeper } from './state-keeper.ts';
import { emptyStats, type IngestStats, StatsReport } from './stats.ts';
import { storeStatus } from './status.ts';
import { StorageWatch } from './storage-watch.ts';
import { TaskGroup } from './task-group.ts';
import { type Verified, verifyMessage } from './verify.ts';
import { Window } from './window.ts';
import { type WithheldPositions, WithheldSlots } from './withheld-slots.ts';
import { type Verdict, Writer } from './writer.ts';

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
  /** By which fresh readings are judged; absent, or null for a project: they are not, and conditions stay as they are. */
  readonly rules?: { of(projectId: string): Promise<RuleBook | null> };
  /** Committed: conditions of a project have held for as long as their rules ask, or do so no longer. */
  readonly onRipe?: (projectId: string) => void;
  /** An agent that may no longer be believed: its connection is to be closed. */
  readonly onRefused?: (agentId: string) => void;
  /** The epoch became known or changed. */
  readonly onEpoch?: (hubEpoch: string) => void;
  /** Agents with a connection here, for the check of revocations; absent with an external broker. */
  readonly connected?: () => AgentIdentity[];
  readonly limits?: Partial<IngestLimits>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface IngestLimits extends GroupLimits {
  /** Unacknowledged batches per agent. */
  readonly window: number;
  /** Bytes of batches waiting. */
  readonly maxBytes: number;
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
const SLOW_DOWN_MS = 200;

/**
 * From a message on the wire to a committed transaction and an ack. What holds (reliability R2, R3, R5, R7-R9):
 *
 * - an ack is sent only after COMMIT returned; what did not commit is never acknowledged;
 * - nothing is believed before its HMAC is checked against an active agent's key;
 * - memory is bounded: what finds no room is dropped unacknowledged, and windows close before that happens;
 * - while Postgres is away the hub stays up, grants window 0 and acknowledges nothing;
 * - `receive` returns at once and never throws.
 *
 * A batch goes from `receive` through `#batches` (checked), the queue (shared transactions), `#store` (`prepare.ts`,
 * `writer.ts`, `store.ts`) and `#settle` to the board of acks.
 *
 * `HEARST_TEST_ACK_BEFORE_COMMIT=MS` acknowledges so many milliseconds before storing, so that the chaos suite can prove
 * that it would notice; it is refused unless `HEARST_TEST=1`.
 */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #limits: IngestLimits;
  readonly #now: () => number;
  /** By how much acknowledging comes before storing, ms. */
  readonly #ackAhead: number | null;
  readonly #stats = emptyStats();
  readonly #report: StatsReport;
  readonly #abort = new AbortController();
  readonly #tasks: TaskGroup;
  readonly #window: Window;
  readonly #storage: StorageWatch;
  readonly #peers = new Peers();
  readonly #greeter: Greeter;
  readonly #refusals: Refusals;
  readonly #badValues: Limiter;
  readonly #queue: GroupQueue;
  readonly #states: StateKeeper;
  readonly #writer: Writer;
  readonly #board: AckBoard;
  readonly #counters = new EarlierCounters();
  readonly #withheld: WithheldSlots;

  constructor(options: IngestOptions) {
    const { pool, partitions, agents, hub, log, now = Date.now } = options;
    const limits = { ...LIMITS, ...options.limits };
    this.#options = options;
    this.#limits = limits;
    this.#now = now;
    this.#ackAhead = ackBeforeCommit(options.env ?? process.env);
    this.#report = new StatsReport(log);
    this.#tasks = new TaskGroup({ log, now });
    this.#window = new Window({ normal: limits.window, maxBytes: limits.maxBytes });
    this.#storage = new StorageWatch({
      pool,
      window: this.#window,
      log,
      now,
      onChange: () => this.#tasks.run(this.#tellWindow(), 'window'),
      onEpoch: options.onEpoch,
    });
    this.#refusals = new Refusals({ pool, log, now, stats: this.#stats });
    this.#greeter = new Greeter({
      pool,
      agents,
      peers: this.#peers,
      storage: this.#storage,
      window: this.#window,
      hub,
      log,
      now,
      stats: this.#stats,
    });
    this.#withheld = new WithheldSlots({ pool, log, now });
    this.#badValues = new Limiter(12, now);
    this.#queue = new GroupQueue({
      limits,
      tasks: this.#tasks,
      write: (projectId, group) => this.#store(projectId, group),
    });
    const latest = new LatestStates(now);
    this.#states = new StateKeeper({
      pool,
      latest,
      log,
      onStored: options.onStored,
      onRipe: options.onRipe,
    });
    this.#writer = new Writer({
      pool,
      partitions,
      log,
      latest,
      keep: (batch, kept) =>
        kept.reason !== 'bad_values' ||
        this.#badValues.pass(`${batch.key.agentId} ${batch.containers[0]?.row.containerId}`),
      touch: (batch) => this.#peers.touch(batch.envelope, batch.receivedAt),
      onAway: (away) => this.#storage.setAway(away),
      onRetry: () => this.#stats.retries++,
      signal: this.#abort.signal,
    });
    this.#board = new AckBoard({
      now,
      send: (agent, ack) => {
        this.#stats.acks++;
        options.send.ack(agent, ack);
        failpoint('hub.ack.after');
      },
      context: () => this.#ackContext(),
    });
  }

  get hubEpoch(): string | null {
    return this.#storage.hubEpoch;
  }

  stats(): IngestStats {
    const { bytes, away } = this.#window;
    return { ...this.#stats, waitingBytes: bytes, away, window: this.#window.size() };
  }

  /** Reads the epoch if Postgres answers; if not, goes on trying. */
  async start(): Promise<void> {
    await this.#storage.probe();
    this.#tasks.every(PROBE_MS, () => (this.#storage.usable ? this.#tellWindow() : this.#storage.probe()));
    this.#tasks.every(CHECK_AGENTS_MS, () => this.#closeRevoked());
    this.#tasks.every(STATE_LOOK_MS, () => this.#states.flush());
    this.#tasks.every(REPORT_MS, async () => this.#report.tell(this.stats()));
  }

  /** Writes the latest states that are kept back (see `LatestStates`); what cannot be written now stays. */
  flushStates(): Promise<void> {
    return this.#states.flush(true);
  }

  /**
   * Finishes what is in a transaction and answers it, and writes the states kept back; what still waits is left to be
   * sent again.
   */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#queue.stop();
    await this.#tasks.stop();
    await this.flushStates();
    this.#board.flush();
  }

  /** Takes a message from the broker. */
  receive(topic: string, payload: Buffer, retained = false): void {
    if (this.#abort.signal.aborted) return;
    failpoint('hub.receive.after');
    const receivedAt = this.#now();
    this.#tasks.run(this.#handle(topic, payload, retained, receivedAt), topic);
  }

  async #handle(name: string, payload: Buffer, retained: boolean, receivedAt: number): Promise<void> {
    const topic = topicOf(name);
    if (topic === null) return this.#refusals.refuse('unknown', 'bad_topic', name.slice(0, 100), null);
    try {
      if (topic.name === 'hello') {
        if (!retained) await this.#hello(topic.agent, decodeJsonMessage('hello', payload), receivedAt);
      } else if (topic.name === 'status') {
        await this.#status(topic.agent, decodeJsonMessage('status', payload), { receivedAt, retained });
      } else {
        await this.#batches(topic.agent, payload, receivedAt);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await this.#refusals.refuse(topic.agent, error.code, error.message, payload);
    }
  }

  async #hello(agentId: string, hello: Hello, receivedAt: number): Promise<void> {
    this.#stats.hellos++;
    if (hello.agent !== agentId)
      return this.#refusals.refuse(agentId, 'bad_topic', `hello of agent ${hello.agent}`, null);
    const agent = await this.#options.agents.find(agentId);
    if (agent === null)
      return this.#refusals.refuse(agentId, 'unknown_agent', 'hello of an agent that is not enrolled', null);
    const welcome = await this.#greeter.welcome(agent, hello, receivedAt);
    if (welcome !== null) this.#options.send.welcome(agentId, welcome);
  }

  async #status(agentId: string, status: AgentStatus, when: { receivedAt: number; retained: boolean }): Promise<void> {
    const agent = await this.#options.agents.find(agentId);
    if (agent === null)
      return this.#refusals.refuse(agentId, 'unknown_agent', 'status of an agent that is not enrolled', null);
    await storeStatus(this.#options.pool, agent, status, when);
  }

  /** Holds room for a message while it is checked, then for its batches until they are settled. */
  async #batches(agentId: string, payload: Buffer, receivedAt: number): Promise<void> {
    if (!this.#window.take(payload.length)) {
      this.#stats.noRoom++;
      return;
    }
    let batches: readonly Waiting[] = [];
    try {
      batches = await this.#believed(agentId, payload, receivedAt);
    } finally {
      this.#window.give(payload.length - batches.reduce((sum, { batch }) => sum + batch.body.length, 0));
    }
    if (batches.length === 0) return;
    failpoint('hub.verify.after');
    for (const { batch } of batches) this.#peers.heard(agentId, batch.envelope.outbox).inWork++;
    this.#queue.add(batches);
  }

  /** The batches of a message that an active agent really made. */
  async #believed(agentId: string, payload: Buffer, receivedAt: number): Promise<Waiting[]> {
    const agent = await this.#options.agents.find(agentId);
    if (agent === null) {
      await this.#refusals.refuse(agentId, 'unknown_agent', 'no agent of this id is enrolled', payload);
      return [];
    }
    if (agent.status !== 'active') {
      await this.#refusals.refuse(agentId, 'not_active', `the agent is ${agent.status}`, null);
      return [];
    }
    const { genuine, faults, newer } = await this.#verified(agent, payload, receivedAt);
    for (const fault of faults) await this.#refusals.refuse(agentId, fault.code, fault.message, payload);
    return genuine.map((batch) => ({ agent, batch, receivedAt, newer }));
  }

  /** A signature that is not known may be made with a key that this hub has not heard of yet: then once more. */
  async #verified(agent: KnownAgent, payload: Buffer, receivedAt: number): Promise<Verified> {
    const { agents, log } = this.#options;
    const verified = verifyMessage(agent, payload, receivedAt, log);
    if (!verified.faults.some(({ code }) => code === 'bad_hmac')) return verified;
    const fresh = await agents.findFresh(agent.agentId);
    if (fresh === null || fresh.hmacKey.equals(agent.hmacKey)) return verified;
    return verifyMessage(fresh, payload, receivedAt, log);
  }

  /** One transaction, and the answers once it has committed. */
  async #store(projectId: string, group: readonly Waiting[]): Promise<void> {
    try {
      const rules = (await this.#options.rules?.of(projectId)) ?? null;
      const withheld = await this.#withheld.of(projectId);
      const batches = group.map((waiting) => this.#prepare(waiting, rules, withheld));
      if (this.#ackAhead !== null) {
        for (const batch of batches) this.#answer(batch, { is: 'stored' });
        await sleep(this.#ackAhead);
      }
      const { verdicts, repeatedFrames, quarantined, ripened, withholds } = await this.#writer.write(
        projectId,
        batches,
      );
      this.#stats.repeatedFrames += repeatedFrames;
      this.#stats.quarantined += quarantined;
      if (withholds) this.#withheld.forget(projectId);
      for (const [batch, verdict] of verdicts) this.#settle(batch, verdict);
      const stored = batches.filter((batch) => verdicts.get(batch)?.is === 'stored');
      if (stored.length > 0) this.#options.onStored?.(noticeOf(projectId, stored));
      if (ripened) this.#options.onRipe?.(projectId);
    } finally {
      for (const waiting of group) this.#release(waiting);
    }
  }

  #prepare(
    { agent, batch, receivedAt, newer }: Waiting,
    rules: RuleBook | null,
    withheld: WithheldPositions,
  ): PreparedBatch {
    const prepared = prepareBatch(agent, batch, receivedAt, withheld);
    if (newer) prepared.refused = { reason: 'newer_version', detail: `protocol ${batch.envelope.v}`, raw: true };
    if (rules !== null) judgeBatch(prepared, rules, this.#counters);
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

  #answer({ agent, key, envelope, receivedAt }: PreparedBatch, verdict: Verdict): void {
    if (verdict.is === 'unanswered') return;
    const rehello = isHelloDue(agent, envelope, receivedAt);
    const rotate = verdict.is === 'fork';
    this.#board.add({ agent: key.agentId, outbox: key.outboxId, seq: key.seq }, answerOf(verdict), { rotate, rehello });
  }

  /** Gives a batch's room back; the agent's ack goes out when nothing of it is in work any more. */
  #release({ agent, batch }: Waiting): void {
    this.#window.give(batch.body.length);
    const peer = this.#peers.get(agent.agentId);
    if (peer && --peer.inWork <= 0) this.#board.flush(agent.agentId);
  }

  #ackContext() {
    const hubEpoch = this.#storage.hubEpoch;
    if (hubEpoch === null) return null;
    const window = this.#window.size();
    return { hubEpoch, window, slowDownMs: window < this.#limits.window ? SLOW_DOWN_MS : 0 };
  }

  /** Tells every agent when the window opened, closed or changed. */
  async #tellWindow(): Promise<void> {
    if (!this.#window.changed()) return;
    const open = this.#window.size() > 0;
    for (const [agentId, peer] of this.#peers.all()) {
      const rehello = peer.helloDue && open;
      if (rehello) peer.helloDue = false;
      this.#board.tell(agentId, peer.outbox, { rehello });
    }
  }

  async #closeRevoked(): Promise<void> {
    if (this.#window.away) return;
    const { agents, connected, onRefused, log } = this.#options;
    const close = (agentId: string): void => onRefused?.(agentId);
    await closeRevoked(connected?.() ?? [], { agents, close, now: this.#now, log });
  }
}

function topicOf(name: string): { agent: string; name: 'hello' | 'status' | 'event' | 'live' | 'backlog' } | null {
  try {
    const topic = parseTopic(name);
    return topic.direction === 'up' ? topic : null;
  } catch {
    return null;
  }
}

function answerOf(verdict: Exclude<Verdict, { is: 'unanswered' }>): Answer {
  switch (verdict.is) {
    case 'stored':
    case 'duplicate':
      return { is: 'acked' };
    case 'fork':
      return { is: 'quarantined', reason: 'fork' };
    case 'quarantined':
    case 'retry':
      return verdict;
  }
}

/** The test of the test (see `Ingest`). */
function ackBeforeCommit(env: Readonly<Record<string, string | undefined>>): number | null {
  const ahead = env.HEARST_TEST_ACK_BEFORE_COMMIT;
  if (ahead === undefined) return null;
  if (env.HEARST_TEST === '1' && /^\d{1,4}$/.test(ahead)) return Number(ahead);
  throw new Error(
    'HEARST_TEST_ACK_BEFORE_COMMIT loses data on purpose and works only with HEARST_TEST=1, as milliseconds. Unset it.',
  );
}
