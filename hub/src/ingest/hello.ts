import type { Envelope, Hello } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { type AgentEventRow, insertAgentEvents } from '../db/queries/agent-events.ts';
import {
  type AgentRow,
  findInstallation,
  grantLease,
  type Installation,
  lockAgent,
  quarantineAgent,
} from '../db/queries/agents.ts';
import { compactKeys, countMissingSeqs, firstMissingSeq, lastSeq } from '../db/queries/ingest-keys.ts';

/** What the hub answers to a hello, but for window and clock stamps. */
export interface Greeting {
  readonly hubEpoch: string;
  readonly lease: number;
  readonly replayFrom: number | null;
  readonly rotateOutbox: boolean;
  /** For the technician; set when the agent was turned away. */
  readonly refused: string | null;
}

export const REFUSED = {
  revoked: 'This agent was revoked at the hub. Enrol it again with a new token if that was a mistake.',
  quarantined:
    'Two programs use this identity (a copy of its data folder runs elsewhere?). Stop one of them, then reinstate ' +
    'the agent at the hub (hearst-hub agent reinstate ID) or enrol it again.',
} as const;

/**
 * Whether a hello comes from the holder of the lease or from a second program with the same identity.
 *
 * A lease is renewed at each welcome. The holder knows the current one; if that welcome was lost it knows the one
 * before, which stays good until the new one is used. A lease above the current one was granted by this hub before it
 * was restored from a backup. A lease without a boot waits for whoever comes first: a person has reinstated the agent. No
 * lease and an outbox never seen is a new installation, whose data cannot collide.
 */
export function isClone(
  row: Pick<AgentRow, 'lease' | 'leaseBoot' | 'leaseUsed' | 'outboxId'>,
  hello: Pick<Hello, 'lease' | 'boot' | 'outbox'>,
): boolean {
  if (row.lease === 0 || row.leaseBoot === null || hello.boot === row.leaseBoot) return false;
  if (hello.lease >= row.lease) return false;
  if (hello.lease === row.lease - 1 && !row.leaseUsed) return false;
  return !(hello.lease === 0 && hello.outbox !== row.outboxId);
}

/** The lease to grant: the next one, or once more the one whose welcome was lost. */
export function nextLease(row: Pick<AgentRow, 'lease' | 'leaseUsed'>, hello: Pick<Hello, 'lease'>): number {
  if (row.lease > 0 && !row.leaseUsed && hello.lease === row.lease - 1) return row.lease;
  return Math.max(row.lease, hello.lease) + 1;
}

/** A hello this old is asked for again, so that keys are compacted on connections that last for weeks. */
const HELLO_AGAIN_MS = 6 * 3_600_000;

/** Whether a batch's agent is to say hello: its lease was taken over by another boot, or its hello is hours old. */
export function isHelloDue(
  agent: Pick<AgentRow, 'lease' | 'leaseBoot' | 'helloAt'>,
  envelope: Pick<Envelope, 'lease' | 'boot'>,
  receivedAt: number,
): boolean {
  const stale = envelope.lease < agent.lease && envelope.boot !== agent.leaseBoot;
  const old = agent.helloAt !== null && receivedAt - agent.helloAt.getTime() > HELLO_AGAIN_MS;
  return stale || old;
}

/**
 * Answers a hello; runs in one transaction with the context of the agent's project. Null when there is no such agent.
 *
 * - A clone quarantines the identity: neither program is believed until a person decides.
 * - An outbox that is about to give out a seq the hub knows already was restored from a snapshot: it must rotate.
 * - After the hub was restored from a backup, what the agent holds as acknowledged and the hub lacks is asked for
 *   again, until the agent has sent something under the new lease. What it holds no longer is lost: an event says how much.
 * - R9: keys below the agent's low watermark are compacted.
 */
export async function greet(
  client: ClientBase,
  agent: { projectId: string; agentId: string },
  hello: Hello,
  options: { at: number; program: string | null; event: (code: string, message: string) => AgentEventRow },
): Promise<Greeting | null> {
  const { projectId, agentId } = agent;
  const installation = await findInstallation(client);
  const row = await lockAgent(client, projectId, agentId);
  if (row === null) return null;
  const refusal = (refused: string): Greeting => ({
    hubEpoch: installation.hubEpoch,
    lease: Math.max(1, row.lease),
    replayFrom: null,
    rotateOutbox: false,
    refused,
  });
  if (row.status !== 'active') return refusal(REFUSED[row.status]);
  if (isClone(row, hello)) {
    await quarantineAgent(client, projectId, agentId, new Date(options.at));
    const event = options.event('agent.cloned', `${REFUSED.quarantined} Nothing it sends is believed until then.`);
    await insertAgentEvents(client, projectId, [event]);
    return refusal(REFUSED.quarantined);
  }

  const rotateOutbox = (await lastSeq(client, projectId, agentId, hello.outbox)) >= Math.max(1, hello.next_seq);
  const replayFrom = await replayOf(client, row, hello, installation);
  const lost = replayFrom === null ? null : await lostAtTheSite(client, row, hello, replayFrom);
  if (lost !== null) await insertAgentEvents(client, projectId, [options.event('agent.replay_gap', lost)]);
  const covered = Math.min(replayFrom ?? hello.low_watermark, hello.low_watermark) - 1;
  if (covered >= 1 && !rotateOutbox) await compactKeys(client, projectId, agentId, hello.outbox, covered);
  const lease = nextLease(row, hello);
  await grantLease(client, projectId, agentId, {
    lease,
    boot: hello.boot,
    outbox: hello.outbox,
    program: options.program,
    clock: hello.clock,
    depth: hello.depth,
    at: new Date(options.at),
    helloAt: replayFrom === null ? new Date(options.at) : null,
  });
  return { hubEpoch: installation.hubEpoch, lease, replayFrom, rotateOutbox, refused: null };
}

/**
 * R10: from where on to send again, or null. Due until the agent is known to have heard it. Asked for is all that is not
 * here, up to the seq that the agent gives out next: it knows itself which of it was acknowledged.
 */
async function replayOf(
  client: ClientBase,
  row: AgentRow,
  hello: Hello,
  installation: Installation,
): Promise<number | null> {
  const { restoredTo } = installation;
  if (restoredTo === null || (row.helloAt !== null && row.helloAt > restoredTo)) return null;
  return firstMissingSeq(client, row.projectId, row.agentId, hello.outbox, hello.next_seq);
}

/** What neither the restored copy nor the agent has any more, in words; null where there is no such thing. */
async function lostAtTheSite(
  client: ClientBase,
  { projectId, agentId }: AgentRow,
  { outbox, low_watermark: kept }: Hello,
  from: number,
): Promise<string | null> {
  const missing = from < kept ? await countMissingSeqs(client, [projectId, agentId, outbox], from, kept) : 0;
  if (missing === 0) return null;
  return (
    `The hub was restored from a backup that lacks ${missing} batches of this agent (${from} to ${kept - 1}) which it keeps ` +
    'no longer: their readings are lost. Take backups more often than agents keep what was confirmed (6 h).'
  );
}
