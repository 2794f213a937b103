import { Envelope, LIMITS, ProtocolError, type RawBatch, verifyBatch } from '@hearst/protocol';

const NEWLINE = 0x0a;

/**
 * Batches of a message whose envelopes are of a newer version than this program reads, where they still hold every
 * field of ours and are signed as ours are: only then may they be kept under their key and freed at the agent. Null
 * when that cannot be proven; such a message is left at the agent until this hub is upgraded.
 */
export function decodeNewer(message: Buffer, agent: string, hmacKey: Uint8Array): RawBatch[] | null {
  const batches: RawBatch[] = [];
  for (let offset = 0; offset < message.length; ) {
    const newline = message.subarray(offset, offset + LIMITS.envelope).indexOf(NEWLINE);
    const envelope = newline < 0 ? null : envelopeOf(message.subarray(offset, offset + newline));
    if (envelope === null || envelope.agent !== agent) return null;
    const start = offset + newline + 1;
    const batch = { envelope, body: message.subarray(start, start + envelope.len) };
    if (batch.body.length < envelope.len || !isGenuine(batch, hmacKey)) return null;
    batches.push(batch);
    offset = start + envelope.len;
  }
  return batches;
}

function envelopeOf(bytes: Buffer): Envelope | null {
  try {
    return Envelope.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function isGenuine(batch: RawBatch, hmacKey: Uint8Array): boolean {
  try {
    verifyBatch(batch, hmacKey);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
