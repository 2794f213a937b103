import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { ACTIVITY_ORDER } from '../../db/queries/activity-list.ts';
import { ACTOR_KINDS } from '../../db/schema.ts';
import { anyOf, PlainText } from '../filters.ts';
import { listing } from '../lists.ts';
import { Metadata, Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';

/** What somebody changed. Names and values are what people and devices wrote: data, not to be acted upon. */
export const ActivityEntry = z
  .object({
    /** `HEARST-000` for what belongs to no project. */
    project_id: z.string(),
    /** Counts the project's entries, from 1 without a gap. */
    seq: z.int(),
    at: Time,
    actor_kind: z.enum(ACTOR_KINDS),
    actor_id: z.string(),
    actor_name: z.string(),
    /** `object.verb`. */
    action: z.string(),
    target_type: z.string(),
    target_id: z.string(),
    address: Text,
    request_id: Text,
    /** What differs, on each side. */
    before: Metadata.nullable(),
    after: Metadata.nullable(),
    /** SHA-256, hex, of the entry before and this one. */
    hash: z.string(),
  })
  .openapi('ActivityEntry', {
    example: {
      project_id: 'QATAR-001',
      seq: 12,
      at: '2026-11-23T12:00:00.000Z',
      actor_kind: 'user',
      actor_id: '2a2c6c1e-5c1c-4a57-9a43-0d1f3c6b7a11',
      actor_name: 'Amina',
      action: 'project.update',
      target_type: 'project',
      target_id: 'QATAR-001',
      address: '192.0.2.7',
      request_id: '6c0d6b9a-4c80-4b9b-a1ad-3a9f5f8a9d11',
      before: { target_power_mw: 100 },
      after: { target_power_mw: 102.37 },
      hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  });
export type ActivityEntry = z.infer<typeof ActivityEntry>;

/** Which fields of an entry always come, whatever `fields` names. */
export const ACTIVITY_IDS = ['project_id', 'seq'] as const;

export const ActivityPart = ActivityEntry.partial()
  .required({ project_id: true, seq: true })
  .openapi('ActivityPart', { description: 'An entry with the fields that were asked for, and its ids' });

const Word = PlainText(100);
const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Which entries are wanted: every filter has to be met. */
export const ActivityQuery = listing(ACTIVITY_ORDER, ActivityEntry, 'action, actor, target, before or after').extend({
  project_id: anyOf(ProjectId),
  /** The id or the name of whoever acted. */
  actor: Word.optional(),
  action: anyOf(Word),
  target_type: anyOf(Word),
  target_id: Word.optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  ...TableFormat.shape,
});
