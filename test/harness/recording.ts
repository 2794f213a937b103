import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.ts';

/** A message between agent and hub as it went over the wire. */
export interface RecordedMessage {
  /** Behind the agent's or hub's id: `up/live`, `down/ack`, `state`. */
  readonly name: string;
  /** JSON as it was, or bytes in base64. */
  readonly text?: string;
  readonly base64?: string;
}

/** What agent and hub of an earlier version said to one another: see protocol/fixtures/README.md. */
export interface Recording {
  readonly recorded: string;
  readonly commit: string;
  readonly project: string;
  readonly agent: string;
  /** What that agent signed with, base64url; it was made for the recording and is good for nothing else. */
  readonly hmac_key: string;
  /** In the order of the wire. */
  readonly messages: readonly RecordedMessage[];
}

const RECORDINGS = join(root, 'protocol/fixtures');

/** Every recording by its file's name, the oldest first. */
export function recordings(): [name: string, recording: Recording][] {
  return readdirSync(RECORDINGS)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(join(RECORDINGS, name), 'utf8')) as Recording]);
}

export function bytesOf({ text, base64 }: RecordedMessage): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
}
