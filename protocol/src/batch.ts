import { z } from 'zod';
import type { Frame } from './frame.ts';
import { AgentId, ContainerId, MeterId, ProjectId, TransformerId } from './ids.ts';
import { Layout } from './layout.ts';

/**
 * A batch is what travels: one outbox row with an identity `(agent, outbox, seq)` that never means anything
 * else. Its envelope stays readable outside the compressed body, so that the hub can refuse a batch before it
 * decompresses anything.
 */

/** The version of envelope and messages. A receiver refuses newer ones and reads all older ones, for ever. */
export const PROTOCOL_VERSION = 1;
/** The version of the bodies. Additive changes keep the number; unknown columns are kept aside. */
export const SCHEMA_VERSION = 1;

/** What the agent knows about its clock: agrees with the hub's (2 s), never compared, or known to be off. */
export const CLOCK_STATES = ['synced', 'unsynced', 'suspect'] as const;
export type ClockState = (typeof CLOCK_STATES)[number];

/** `event` goes first, then the newest `live` batch of each poll, then `backlog`, oldest first. */
export const LANES = ['event', 'live', 'backlog'] as const;
export type Lane = (typeof LANES)[number];

export const BATCH_KINDS = ['frames', 'inventory', 'events', 'tombstone'] as const;
export type BatchKind = (typeof BATCH_KINDS)[number];

const Hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes in base64url');
const Millis = z.int().min(0).max(8.64e15);

export const Envelope = z.object({
  v: z.int().min(1),
  schema: z.int().min(1),
  agent: AgentId,
  outbox: z.uuid(),
  seq: z.int().min(1),
  lane: z.enum(LANES),
  kind: z.enum(BATCH_KINDS),
  /** The agent process's run: order within a boot is by seq, never by wall clock. */
  boot: z.uuid(),
  /** The agent's wall clock when the batch was made, ms since 1970 UTC. */
  wall: Millis,
  /** The agent's monotonic clock at the same moment, ms since the boot began. */
  mono: z.number().min(0),
  clock: z.enum(CLOCK_STATES),
  /** Hub's clock minus the agent's during this boot, ms; null while never compared. Known only when sent. */
  offset_ms: z.number().nullable(),
  /** The lease of the last welcome: shows two programs that use one identity. */
  lease: z.int().min(0),
  enc: z.enum(['gzip']),
  /** Device readings in the body (see `readingsIn`), so that counts can be kept without opening it. */
  n: z.int().min(0).max(1_000_000),
  /** Bytes of the body as it travels. */
  len: z.int().min(1),
  /** SHA-256 of those bytes. Same key with another hash is a fork. */
  hash: Hash,
  /** HMAC-SHA256 over the envelope without this field, by the agent's key. */
  hmac: Hash,
});
export type Envelope = z.infer<typeof Envelope>;

/** An envelope as its maker fills it in; the codec adds versions, encoding, length and hmac. */
export type UnsignedEnvelope = Omit<Envelope, 'v' | 'schema' | 'enc' | 'len' | 'hmac'>;

const Name = z.string().max(128).nullable();

/** What the agent's site file and devices say about one container and the miners in its slots. */
export const InventoryBody = z.object({
  project: ProjectId,
  container: z
    .object({
      container: ContainerId,
      transformer: TransformerId.nullable(),
      model: Name,
      /** How slots are numbered on the map; null when the site file does not say. */
      layout: Layout.nullable(),
      expected_miners: z.int().min(0),
      has_cooling: z.boolean(),
    })
    .nullable(),
  /** The miners whose identity was learnt or changed; absent fields of a slot stay as the hub knows them. */
  miners: z
    .array(
      z.object({
        position: z.int().min(1).max(99_999),
        ip: Name,
        model: Name,
        serial: Name,
        mac: Name,
        firmware: Name,
      }),
    )
    .max(10_000),
  transformers: z
    .array(z.object({ transformer: TransformerId, rated_kva: z.number().positive().nullable() }))
    .max(1000),
  meters: z
    .array(z.object({ meter: MeterId, transformer: TransformerId.nullable(), profile: Name, address: Name }))
    .max(1000),
});
export type InventoryBody = z.infer<typeof InventoryBody>;

/** Something that happened at the site and is not a reading: a clock step, an outbox set aside, a conflict. */
export const AgentEvent = z.object({
  at: Millis,
  code: z.string().regex(/^[a-z][a-z0-9_.]{1,63}$/),
  severity: z.enum(['info', 'warning', 'critical']),
  /** The id of what it is about; null for the agent itself. */
  subject: z.string().max(128).nullable(),
  message: z.string().max(500),
  data: z.record(z.string().max(64), z.union([z.string().max(500), z.number(), z.boolean(), z.null()])),
});
export type AgentEvent = z.infer<typeof AgentEvent>;
export const EventsBody = z.object({ project: ProjectId, events: z.array(AgentEvent).min(1).max(500) });
export type EventsBody = z.infer<typeof EventsBody>;

/** The record of what was given up under the byte cap: nothing disappears without one. */
export const TombstoneBody = z.object({
  project: ProjectId,
  /** What was given up: full-resolution frames thinned to 5 or 15 minutes, or rows a damaged file lost. */
  class: z.enum(['thinned_5min', 'thinned_15min', 'dropped', 'damaged']),
  /** The outbox the rows were in (another one than the envelope's after a salvage). */
  outbox: z.uuid(),
  seq_from: z.int().min(0),
  seq_to: z.int().min(0),
  at_from: Millis,
  at_to: Millis,
  batches: z.int().min(0),
  readings: z.int().min(0),
  reason: z.string().max(200),
});
export type TombstoneBody = z.infer<typeof TombstoneBody>;

export type BatchBody =
  | { kind: 'frames'; body: { frames: Frame[] } }
  | { kind: 'inventory'; body: InventoryBody }
  | { kind: 'events'; body: EventsBody }
  | { kind: 'tombstone'; body: TombstoneBody };

/** The most frames in one batch: a container's poll is one, a poll of all meters may be many. */
export const MAX_FRAMES = 256;
/** The most batches in one message (each keeps its own identity). */
export const MAX_BATCHES = 8;
