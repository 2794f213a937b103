import { decodeMessage, ProtocolError, type RawBatch, verifyBatch } from '@hearst/protocol';
import type { Log } from '../log.ts';
import type { KnownAgent } from './agents.ts';
import { decodeNewer } from './newer.ts';

export interface Verified {
  /** The batches that their agent really made. */
  readonly genuine: readonly RawBatch[];
  /** What is wrong with each of the others. */
  readonly faults: readonly ProtocolError[];
  /** Set when the envelopes are of a newer version: the batches are kept as they are. */
  readonly newer: boolean;
}

/** Opens a message and checks each batch's HMAC. Throws ProtocolError where it cannot be read as batches at all. */
export function verifyMessage(agent: KnownAgent, message: Buffer, log: Log): Verified {
  let batches: RawBatch[];
  try {
    batches = decodeMessage(message);
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.code !== 'newer_version') throw error;
    const newer = decodeNewer(message, agent.agentId, agent.hmacKey);
    if (newer !== null) return { genuine: newer, faults: [], newer: true };
    log.error({ agent: agent.agentId }, 'an agent speaks a newer protocol and keeps its data: upgrade this hub');
    throw error;
  }
  const genuine: RawBatch[] = [];
  const faults: ProtocolError[] = [];
  for (const batch of batches) {
    const fault = faultOf(agent, batch);
    if (fault === null) genuine.push(batch);
    else faults.push(fault);
  }
  return { genuine, faults, newer: false };
}

function faultOf(agent: KnownAgent, batch: RawBatch): ProtocolError | null {
  if (batch.envelope.agent !== agent.agentId)
    return new ProtocolError('bad_hmac', `envelope of agent ${batch.envelope.agent} on this agent's topic`);
  try {
    verifyBatch(batch, agent.hmacKey);
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
