import { decodeMessage, ProtocolError, type RawBatch, verifyBatch } from '@hearst/protocol';
import type { Log } from '../log.ts';
import { hmacKeysOf, type KnownAgent } from './agents.ts';
import { decodeNewer } from './newer.ts';

export interface Verified {
  /** The batches that their agent really made. */
  readonly genuine: readonly RawBatch[];
  /** What is wrong with each of the others. */
  readonly faults: readonly ProtocolError[];
  /** Set when the envelopes are of a newer version: the batches are kept as they are. */
  readonly newer: boolean;
}

/**
 * Opens a message and checks each batch's HMAC, by the keys that are good at `at`. Throws ProtocolError where it cannot be
 * read as batches at all.
 */
export function verifyMessage(agent: KnownAgent, message: Buffer, at: number, log: Log): Verified {
  const keys = hmacKeysOf(agent, at);
  let batches: RawBatch[];
  try {
    batches = decodeMessage(message);
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.code !== 'newer_version') throw error;
    const newer = firstOf(keys, (key) => decodeNewer(message, agent.agentId, key));
    if (newer !== null) return { genuine: newer, faults: [], newer: true };
    log.error({ agent: agent.agentId }, 'an agent speaks a newer protocol and keeps its data: upgrade this hub');
    throw error;
  }
  const genuine: RawBatch[] = [];
  const faults: ProtocolError[] = [];
  for (const batch of batches) {
    const fault = faultOf(agent, batch, keys);
    if (fault === null) genuine.push(batch);
    else faults.push(fault);
  }
  return { genuine, faults, newer: false };
}

function firstOf<T>(keys: readonly Buffer[], make: (key: Buffer) => T | null): T | null {
  for (const key of keys) {
    const made = make(key);
    if (made !== null) return made;
  }
  return null;
}

/** What is wrong with it by the newest key, where no key of the agent has made it. */
function faultOf(agent: KnownAgent, batch: RawBatch, keys: readonly Buffer[]): ProtocolError | null {
  if (batch.envelope.agent !== agent.agentId)
    return new ProtocolError('bad_hmac', `envelope of agent ${batch.envelope.agent} on this agent's topic`);
  let first: ProtocolError | null = null;
  for (const key of keys) {
    try {
      verifyBatch(batch, key);
      return null;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      first ??= error;
    }
  }
  return first;
}
