import type { AgentEvent } from '@hearst/protocol';
import type { StoredBatch } from './store.ts';

/** An event without its time, which is the moment it is reported. */
export type NewEvent = Omit<AgentEvent, 'at'>;

/** What the outbox tells of itself; each message says what happened and what to do about it. */

export function diskFull(freeBytes: number): NewEvent {
  return {
    code: 'outbox.disk_full',
    severity: 'critical',
    subject: null,
    message: 'The disk of the agent is nearly full: the outbox stops growing and thins old readings. Free disk space.',
    data: { free_bytes: freeBytes },
  };
}

export function diskOk(freeBytes: number): NewEvent {
  return {
    code: 'outbox.disk_ok',
    severity: 'info',
    subject: null,
    message: 'The disk of the agent has room again.',
    data: { free_bytes: freeBytes },
  };
}

/** `aside`: where the damaged file is now. */
export function salvaged(aside: string, cause: unknown): NewEvent {
  return {
    code: 'outbox.salvaged',
    severity: 'critical',
    subject: null,
    message: `The outbox file was damaged. It was set aside as ${aside}; what could be read was moved to a new file. Check the disk.`,
    data: { aside, cause: String(cause).slice(0, 300) },
  };
}

export function recreated(path: string): NewEvent {
  return {
    code: 'outbox.recreated',
    severity: 'critical',
    subject: null,
    message: `The outbox file ${path} was deleted or replaced while in use. Its batches were written to a new file.`,
    data: {},
  };
}

export function rowDamaged({ outbox, seq, readings }: StoredBatch): NewEvent {
  return {
    code: 'outbox.row_damaged',
    severity: 'critical',
    subject: null,
    message: 'A batch in the outbox was damaged on the disk and could not be sent. Check the disk.',
    data: { outbox, seq, readings },
  };
}
