import { createHash } from 'node:crypto';
import type { ActorKind } from '../db/schema.ts';

/** What is written down of one change; `before` and `after` hold only what differs, and never a secret. */
export interface ActivityEntry {
  readonly project_id: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor_kind: ActorKind;
  readonly actor_id: string;
  readonly actor_name: string;
  /** `object.verb`, such as `project.update`. */
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

/** What the first entry of a project follows. */
export const FIRST_HASH = Buffer.alloc(32);

/** The hash of an entry: of the one before it and of everything the entry says, so none can be changed or left out. */
export function entryHash(previous: Buffer, entry: ActivityEntry): Buffer {
  const said = [
    entry.project_id,
    entry.seq,
    entry.at.toISOString(),
    entry.actor_kind,
    entry.actor_id,
    entry.actor_name,
    entry.action,
    entry.target_type,
    entry.target_id,
    entry.address,
    entry.request_id,
    entry.before,
    entry.after,
  ];
  return createHash('sha256').update(previous).update(canonical(said)).digest();
}

/** JSON with keys in order: jsonb does not keep the order it was given. Dates are the text that they are kept as. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

/** The fields of two states that differ, each side; null where nothing does. */
export function difference(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { before: Record<string, unknown>; after: Record<string, unknown> } | null {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => canonical(before[key]) !== canonical(after[key]),
  );
  if (keys.length === 0) return null;
  const pick = (state: Record<string, unknown>) => Object.fromEntries(keys.map((key) => [key, state[key] ?? null]));
  return { before: pick(before), after: pick(after) };
}
