import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { TOPICS } from '../../live/message.ts';
import { anyOf } from '../filters.ts';
import { Time } from '../schemas.ts';

export const EventsQuery = z.strictObject({
  /** Of your projects; all of them where nothing is said. */
  projects: anyOf(ProjectId),
  /** All that your role may hear where nothing is said. */
  topics: anyOf(z.enum(TOPICS)),
});

/** The JSON of one event's `data`. */
export const LiveEvent = z
  .object({
    /** Besides the topics: `ready` (the stream hears from now on) and `reset` (something was missed: fetch again). */
    type: z.enum([...TOPICS, 'ready', 'reset']),
    at: Time,
    project_id: z.string().optional(),
    /** Of a `snapshot`: the container whose latest state is newer. */
    container_id: z.string().optional(),
    /** Of the others: what was done to what, in the words of the activity log. */
    action: z.string().optional(),
    target_type: z.string().optional(),
    target_id: z.string().optional(),
  })
  .openapi('LiveEvent', {
    example: {
      type: 'snapshot',
      project_id: 'QATAR-001',
      container_id: 'QATAR-C01',
      at: '2026-11-23T12:00:00.000Z',
    },
  });
