import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type BatchBody,
  type BatchKind,
  Envelope,
  EventsBody,
  InventoryBody,
  MAX_BATCHES,
  MAX_FRAMES,
  PROTOCOL_VERSION,
  SCHEMA_VERSION,
  TombstoneBody,
  type UnsignedEnvelope,
} from './batch.ts';
import { ProtocolError } from './errors.ts';
import { firstIssue, type ParsedFrame, parseFrame } from './frame.ts';

/**
 * The bytes both ends agree on. A message is one to eight batches behind one another:
 *
 *     {"v":1,"agent":"...","seq":7,...,"len":4012,"hmac":"..."}\n<4012 bytes of gzip>
 *
 * Anyone can read it with `head -1` and `zcat`. Sizes are checked before memory is spent: a message, an
 * envelope, and what a body may grow to (194 kB of gzip can hold 200 MB).
 */
export const LIMITS = {
  /** The largest message, bytes; also what the broker lets an authenticated agent send. */
  message: 1024 * 1024,
  /** The largest envelope, bytes. */
  envelope: 2048,
  /** The largest body once decompressed, bytes. */
  body: 16 * 1024 * 1024,
} as const;

/**
 * Columns of short numbers want short matches and Huffman tables of their own: a small window and small blocks save
 * 13 % against gzip's defaults at this level, at the same time (docs/decisions/0002-body-encoding.md).
 */
const GZIP = { level: 6, memLevel: 4, windowBits: 12 } as const;
const NEWLINE = 0x0a;

/** Encodes and compresses a body. The result is what an outbox row keeps and what travels, unchanged. */
export function encodeBody(body: BatchBody['body']): Buffer {
  const packed = gzipSync(JSON.stringify(body), GZIP);
  if (packed.length > LIMITS.message - LIMITS.envelope) {
    throw new ProtocolError(
      'too_large',
      `body of ${packed.length} bytes, at most ${LIMITS.message - LIMITS.envelope}: split it`,
    );
  }
  return packed;
}

/** SHA-256 of a body as it travels, base64url. */
export function hashBody(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** What the HMAC covers: every field of the envelope in the order of the schema, the hmac itself left out. */
function signedText(envelope: Omit<Envelope, 'hmac'>): string {
  const fields = Object.keys(Envelope.shape).filter((key) => key !== 'hmac') as (keyof typeof envelope)[];
  return JSON.stringify(fields.map((key) => envelope[key]));
}

function hmacOf(envelope: Omit<Envelope, 'hmac'>, key: Uint8Array): string {
  return createHmac('sha256', key).update(signedText(envelope)).digest('base64url');
}

/** Signs an envelope for a body and returns the batch as it travels. */
export function encodeBatch(unsigned: UnsignedEnvelope, body: Uint8Array, key: Uint8Array): Buffer {
  const envelope = { v: PROTOCOL_VERSION, schema: SCHEMA_VERSION, ...unsigned, enc: 'gzip' as const, len: body.length };
  const head = JSON.stringify({ ...envelope, hmac: hmacOf(envelope, key) });
  return Buffer.concat([Buffer.from(head), Buffer.from([NEWLINE]), body]);
}

/** A batch of a message, taken apart but not yet believed nor decompressed. */
export interface RawBatch {
  envelope: Envelope;
  /** A view into the message. */
  body: Buffer;
}

/**
 * Takes a message apart into its batches. Nothing is decompressed here. Throws `too_large`, `malformed` or
 * `newer_version`; the last one carries the agent's, outbox's and seq's part in its message, the bytes are to
 * be kept by the caller.
 */
export function decodeMessage(message: Buffer): RawBatch[] {
  if (message.length > LIMITS.message) {
    throw new ProtocolError('too_large', `message of ${message.length} bytes, at most ${LIMITS.message}`);
  }
  const batches: RawBatch[] = [];
  let offset = 0;
  while (offset < message.length) {
    if (batches.length === MAX_BATCHES)
      throw new ProtocolError('malformed', `more than ${MAX_BATCHES} batches in a message`);
    const newline = message.subarray(offset, offset + LIMITS.envelope).indexOf(NEWLINE);
    if (newline < 0) throw new ProtocolError('malformed', `no envelope within ${LIMITS.envelope} bytes at ${offset}`);
    const envelope = parseEnvelope(message.subarray(offset, offset + newline));
    const start = offset + newline + 1;
    const end = start + envelope.len;
    if (end > message.length)
      throw new ProtocolError('malformed', `body of ${envelope.len} bytes is cut at ${message.length - start}`);
    batches.push({ envelope, body: message.subarray(start, end) });
    offset = end;
  }
  if (batches.length === 0) throw new ProtocolError('malformed', 'empty message');
  return batches;
}

function parseEnvelope(bytes: Buffer): Envelope {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProtocolError('malformed', 'envelope is not JSON');
  }
  const version = (json as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version > PROTOCOL_VERSION) {
    throw new ProtocolError(
      'newer_version',
      `protocol ${version}, this program reads up to ${PROTOCOL_VERSION}: upgrade it first`,
    );
  }
  const parsed = Envelope.safeParse(json);
  if (!parsed.success) throw new ProtocolError('malformed', `envelope: ${firstIssue(parsed.error)}`);
  return parsed.data;
}

/** Whether a batch was made by the holder of `key`. Throws `bad_hmac` or `bad_hash`. */
export function verifyBatch(batch: RawBatch, key: Uint8Array): void {
  const { hmac, ...signed } = batch.envelope;
  const expected = Buffer.from(hmacOf(signed, key));
  const given = Buffer.from(hmac);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
    throw new ProtocolError('bad_hmac', "envelope was not signed with this agent's key");
  }
  if (hashBody(batch.body) !== batch.envelope.hash)
    throw new ProtocolError('bad_hash', 'body is not the one its envelope names');
}

/** A body, decompressed within bounds, parsed and checked. Frames arrive with what was struck out of them. */
export type DecodedBody =
  | { kind: 'frames'; frames: ParsedFrame[] }
  | { kind: 'inventory'; inventory: InventoryBody }
  | { kind: 'events'; events: EventsBody }
  | { kind: 'tombstone'; tombstone: TombstoneBody };

/** Opens a batch's body. Throws `too_large`, `malformed` or `newer_version`. */
export function decodeBody(envelope: Pick<Envelope, 'kind' | 'schema'>, body: Uint8Array): DecodedBody {
  if (envelope.schema > SCHEMA_VERSION) {
    throw new ProtocolError(
      'newer_version',
      `body schema ${envelope.schema}, this program reads up to ${SCHEMA_VERSION}: upgrade it first`,
    );
  }
  return checkBody(envelope.kind, parseJson(decompress(body)));
}

function decompress(body: Uint8Array): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: LIMITS.body });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ProtocolError('too_large', `body grows beyond ${LIMITS.body} bytes`);
    }
    throw new ProtocolError('malformed', 'body is not gzip');
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProtocolError('malformed', 'body is not JSON');
  }
}

function checkBody(kind: BatchKind, json: unknown): DecodedBody {
  switch (kind) {
    case 'frames': {
      const frames = (json as { frames?: unknown } | null)?.frames;
      if (!Array.isArray(frames) || frames.length === 0 || frames.length > MAX_FRAMES) {
        throw new ProtocolError('malformed', `body: expected 1 to ${MAX_FRAMES} frames`);
      }
      return { kind, frames: frames.map(parseFrame) };
    }
    case 'inventory':
      return { kind, inventory: check(InventoryBody, json) };
    case 'events':
      return { kind, events: check(EventsBody, json) };
    case 'tombstone':
      return { kind, tombstone: check(TombstoneBody, json) };
  }
}

function check<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: import('zod').ZodError } },
  json: unknown,
): T {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new ProtocolError('malformed', `body: ${firstIssue(parsed.error)}`);
  return parsed.data;
}
