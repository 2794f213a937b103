import type { ClientBase } from 'pg';
import { z } from 'zod';
import { notifyLive } from '../db/queries/notify.ts';

/**
 * What hubs tell each other over Postgres. Small on purpose (Postgres takes 8,000 bytes): it names what is new, whoever
 * is interested asks the API for it, in their own rights.
 */
const Stored = z.object({
  kind: z.literal('stored'),
  project_id: z.string(),
  /** Container and the time of its newest frame, ms since 1970. */
  containers: z.array(z.tuple([z.string(), z.number()])),
  /** Those of them in which no device answered; an earlier hub does not say. */
  offline: z.array(z.string()).default([]),
});
const Changed = z.object({
  kind: z.literal('changed'),
  project_id: z.string(),
  /** `object.verb`, as in the activity log. */
  action: z.string(),
  target_type: z.string(),
  target_id: z.string(),
  at: z.number(),
});
const LiveNotice = z.discriminatedUnion('kind', [Stored, Changed]);
export type StoredMessage = z.infer<typeof Stored>;
export type ChangeMessage = z.infer<typeof Changed>;
export type LiveNotice = z.infer<typeof LiveNotice>;

/** Tells every hub of changes, in the transaction that makes them. */
export async function announceChanges(
  client: ClientBase,
  changes: readonly Omit<ChangeMessage, 'kind'>[],
): Promise<void> {
  await notifyLive(
    client,
    changes.map((change) => encodeNotice({ kind: 'changed', ...change })),
  );
}

/** Tells every hub that an agent has come, gone, or said hello. */
export function announceAgent(
  client: ClientBase,
  { projectId, agentId }: { projectId: string; agentId: string },
  action: string,
  at: number,
): Promise<void> {
  return announceChanges(client, [{ project_id: projectId, action, target_type: 'agent', target_id: agentId, at }]);
}

export function encodeNotice(notice: LiveNotice): string {
  return JSON.stringify(notice);
}

/** Null for what is no notice: anybody who may use the database may send on the channel. */
export function decodeNotice(payload: string): LiveNotice | null {
  try {
    return LiveNotice.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}
