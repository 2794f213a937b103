import { z } from 'zod';
import { CLOCK_STATES } from './batch.ts';
import { DoctorReport } from './doctor.ts';
import { AgentId, ProjectId } from './ids.ts';

/** The small messages beside the batches. All are JSON, none above `MAX_MESSAGE` bytes. */
export const MAX_MESSAGE = 64 * 1024;

const Millis = z.int().min(0).max(8.64e15);
const Seq = z.int().min(0);
const SeqRange = z.tuple([Seq, Seq]).refine(([from, to]) => from <= to, 'expected from <= to');

/** First message of every connection. Data flows only after the welcome that answers it. */
export const Hello = z.object({
  v: z.int().min(1),
  agent: AgentId,
  program: z.string().max(64),
  outbox: z.uuid(),
  /**
   * The lowest seq that the outbox still holds, acknowledged ones that it keeps for a restored hub (R10) included: nothing
   * below it can come again, so the hub may compact its keys (R9).
   */
  low_watermark: Seq,
  next_seq: Seq,
  /** Unacknowledged batches and bytes. */
  depth: z.object({ batches: z.int().min(0), bytes: z.int().min(0) }),
  boot: z.uuid(),
  /** The lease of the last welcome received; 0 when there was none. */
  lease: z.int().min(0),
  clock: z.enum(CLOCK_STATES),
  /** The agent's wall clock when it sent this (first of the four timestamps). */
  sent_at: Millis,
});
export type Hello = z.infer<typeof Hello>;

export const Welcome = z.object({
  v: z.int().min(1),
  hub: z.uuid(),
  /** Changes when the hub was restored from a backup: see `replay_from`. */
  hub_epoch: z.uuid(),
  project: ProjectId,
  outbox: z.uuid(),
  boot: z.uuid(),
  lease: z.int().min(1),
  /** How many batches may be unacknowledged at once. 0: hold everything for now. */
  window: z.int().min(0).max(1000),
  /** Backlog batches a second this agent may send; null for no limit. */
  backlog_rate: z.number().positive().nullable(),
  /** Send acknowledged batches again from this seq on (the hub lost them); null: nothing. */
  replay_from: Seq.nullable(),
  /** Start a new outbox: this one's identity is used by somebody else too. */
  rotate_outbox: z.boolean(),
  /** Set when the agent was turned away: what to do about it, in words for the technician. */
  refused: z.string().max(300).nullable(),
  /** The agent's `sent_at`, and the hub's clock at receipt and at sending (four-timestamp exchange). */
  hello_sent_at: Millis,
  received_at: Millis,
  sent_at: Millis,
});
export type Welcome = z.infer<typeof Welcome>;

/** What the hub has committed. A batch is freed by this and by nothing else (R3). */
export const Ack = z.object({
  v: z.int().min(1),
  hub_epoch: z.uuid(),
  outbox: z.uuid(),
  /** Committed, duplicates included, as inclusive ranges. */
  acked: z.array(SeqRange).max(1000),
  /** Committed to quarantine: freed as well, but a person has to look. */
  quarantined: z.array(z.object({ seq: Seq, reason: z.string().max(200) })).max(1000),
  /** Not stored: send again after the delay. */
  retry: z.array(z.object({ seq: Seq, reason: z.string().max(200), after_ms: z.int().min(0) })).max(1000),
  window: z.int().min(0).max(1000),
  /** Pause before the next backlog message, ms. */
  slow_down_ms: z.int().min(0),
  rotate_outbox: z.boolean(),
  /** The hub wants a new hello before it takes more (lease not current). */
  rehello: z.boolean(),
  sent_at: Millis,
});
export type Ack = z.infer<typeof Ack>;

/** Retained on the agent's status topic; the last will is `{"state":"offline"}`. */
export const AgentStatus = z.object({
  state: z.enum(['online', 'offline']),
  program: z.string().max(64).optional(),
  boot: z.uuid().optional(),
  since: Millis.optional(),
  outbox: z.object({ batches: z.int().min(0), bytes: z.int().min(0), oldest_at: Millis.nullable() }).optional(),
  miners: z.object({ configured: z.int().min(0), answering: z.int().min(0) }).optional(),
  /** What its doctor said last. */
  doctor: DoctorReport.optional(),
});
export type AgentStatus = z.infer<typeof AgentStatus>;

/** Retained by each hub on its own topic, its last will says offline. Agents send while any hub is online. */
export const HubState = z.object({
  state: z.enum(['online', 'offline']),
  hub: z.uuid(),
  hub_epoch: z.uuid().nullable(),
});
export type HubState = z.infer<typeof HubState>;

/** What `POST /api/enrol` takes and answers: the one-time token against the agent's own credential. */
export const EnrolRequest = z.object({
  token: z.string().min(20).max(200),
  name: z.string().min(1).max(64),
  program: z.string().max(64),
  /** The agent that asks for new secrets; absent for one that joins. */
  agent: AgentId.optional(),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

/** The agent's identity, kept in a file of its own with mode 0600. */
export const Credential = z.object({
  agent: AgentId,
  project: ProjectId,
  hub: z.url(),
  mqtt: z.string().regex(/^mqtts?:\/\//, 'expected mqtt:// or mqtts://'),
  /** Login secret at the broker (user name and client id are the agent's id). */
  secret: z.string().min(32).max(128),
  /** HMAC key, base64url of 32 bytes. */
  hmac_key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Certificates in PEM that the agent believes instead of the usual authorities. */
  ca: z.string().max(65_536).optional(),
});
export type Credential = z.infer<typeof Credential>;
