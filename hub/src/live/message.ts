import type { Role } from '../auth/principal.ts';
import type { ChangeMessage } from './notice.ts';

/** What one may subscribe to. */
export const TOPICS = ['snapshot', 'alerts', 'agents', 'projects'] as const;
export type Topic = (typeof TOPICS)[number];

/** A container has a newer latest state. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly project_id: string;
  readonly container_id: string;
  /** When its devices were read. */
  readonly at: string;
}

/** Somebody, or an agent, changed something; in the words of the activity log. */
export interface ChangedMessage {
  readonly type: Exclude<Topic, 'snapshot'>;
  readonly project_id: string;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly at: string;
}

/** What a stream says of itself. `ready`: it hears from now on. `reset`: something was missed, fetch again. */
export interface StreamMessage {
  readonly type: 'ready' | 'reset';
  readonly at: string;
}

export type LiveMessage = SnapshotMessage | ChangedMessage | StreamMessage;

/** Whose changes belong to which topic, by the object that an action names. */
const TOPIC_OF: Readonly<Record<string, ChangedMessage['type']>> = {
  project: 'projects',
  transformer: 'projects',
  container: 'projects',
  miner: 'projects',
  agent: 'agents',
  alert: 'alerts',
  silence: 'alerts',
};
/** Changes after which somebody may be allowed less than before. */
const ACCESS = new Set(['user', 'session', 'api_key']);

/** The message that a change makes; null for what no topic is about. */
export function messageOf({ project_id, action, target_type, target_id, at }: ChangeMessage): ChangedMessage | null {
  const type = TOPIC_OF[objectOf(action)];
  if (type === undefined) return null;
  // A project that was purged is told of under its own id, though it is filed under the reserved one.
  const project = target_type === 'project' ? target_id : project_id;
  return { type, project_id: project, action, target_type, target_id, at: new Date(at).toISOString() };
}

/** Whether a change may have taken somebody's access away. */
export function concernsAccess({ action }: ChangeMessage): boolean {
  return ACCESS.has(objectOf(action));
}

function objectOf(action: string): string {
  return action.split('.', 1)[0] ?? '';
}

/** The topics of a role: a viewer sees figures and projects, nothing inside. */
export function topicsOf(role: Role): readonly Topic[] {
  return role === 'viewer' ? ['snapshot', 'projects'] : TOPICS;
}

/** What a viewer may hear of within them. */
const SHOWN_TO_VIEWERS = new Set(['project', 'container']);

export function mayHear(role: Role, message: SnapshotMessage | ChangedMessage): boolean {
  if (!topicsOf(role).includes(message.type)) return false;
  return role !== 'viewer' || message.type === 'snapshot' || SHOWN_TO_VIEWERS.has(message.target_type);
}
