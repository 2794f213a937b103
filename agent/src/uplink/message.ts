import { encodeBatch, type Lane, LIMITS } from '@hearst/protocol';
import type { StoredBatch } from '../outbox/store.ts';
import { clockState, offsetAt } from './hub-clock.ts';

/** Whose batches they are, as every envelope says and signs it. */
export interface Sender {
  agent: string;
  hmacKey: Buffer;
  /** The lease of the last welcome. */
  lease: number;
}

/** One message of a lane: the batches behind one another, each under an envelope of its own. */
export function encodeBatches(batches: readonly StoredBatch[], lane: Lane, sender: Sender): Buffer {
  return Buffer.concat(batches.map((batch) => encodeStored(batch, lane, sender)));
}

function encodeStored(batch: StoredBatch, lane: Lane, { agent, hmacKey, lease }: Sender): Buffer {
  const offset = offsetAt(batch.anchorMs, batch.wall, batch.mono);
  const envelope = {
    agent,
    outbox: batch.outbox,
    seq: batch.seq,
    lane,
    kind: batch.kind,
    boot: batch.boot,
    wall: batch.wall,
    mono: batch.mono,
    clock: clockState(offset),
    offset_ms: offset,
    lease,
    n: batch.readings,
    hash: batch.hash.toString('base64url'),
  };
  return encodeBatch(envelope, batch.body, hmacKey);
}

/** Whether one more batch keeps the message within the largest size. */
export function fits(batches: readonly StoredBatch[], next: StoredBatch): boolean {
  const sizes = [...batches, next].map((batch) => batch.body.length + LIMITS.envelope);
  return batches.length === 0 || sizes.reduce((total, size) => total + size, 0) <= LIMITS.message;
}
