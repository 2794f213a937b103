import { AgentId, DoctorCheck, ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { AGENT_ORDER } from '../../db/queries/agent-entries.ts';
import { AGENT_STATES, AGENT_STATUSES } from '../../db/schema.ts';
import { anyOf, PlainText } from '../filters.ts';
import { listing } from '../lists.ts';
import { Count, Quantity, Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';

export const Agent = z
  .object({
    project_id: z.string(),
    agent_id: z.string(),
    name: z.string(),
    /** Whether it is believed. */
    status: z.enum(AGENT_STATUSES),
    /** Whether it is connected; `unknown` too when one that said `online` has been silent for five minutes. */
    state: z.enum(AGENT_STATES),
    last_seen_at: Time.nullable(),
    /** Seconds since then. */
    age_s: Quantity,
    program: Text,
    clock: Text,
    clock_offset_ms: Quantity,
    depth_batches: Count,
    depth_bytes: Count,
    /** When the oldest batch that waits was made. */
    oldest_at: Time.nullable(),
    /** Batches that came again after they were stored: a lost ack or a crash, never a loss. */
    duplicates: z.int(),
    containers_count: z.int(),
    created_at: Time,
    updated_at: Time,
    /** What its doctor found last: the checks that are not well, worst first, and how many are; null: it said nothing. */
    doctor: z
      .object({ at: Time, ok: z.int(), checks: z.array(z.object(DoctorCheck.shape)) })
      .openapi('DoctorReport', {
        example: {
          at: '2026-11-24T12:00:00.000Z',
          ok: 31,
          checks: [
            {
              ...{ check: 'net.QATAR-C12', outcome: 'error', code: 'E2204' },
              what: '0 of 308 miners answer, the other 57 containers are well',
              cause: 'Its switch, or the cable to it',
              next: 'hearst-agent doctor --only net.QATAR-C12',
            },
          ],
        },
      })
      .nullable(),
  })
  .openapi('Agent');
export type Agent = z.infer<typeof Agent>;

/** Which fields of an agent always come, whatever `fields` names. */
export const AGENT_IDS = ['project_id', 'agent_id'] as const;

export const AgentPart = Agent.partial()
  .required({ project_id: true, agent_id: true })
  .openapi('AgentPart', { description: 'An agent with the fields that were asked for, and its ids' });

export const AgentQuery = listing(AGENT_ORDER, Agent, 'id, name or program').extend({
  project_id: anyOf(ProjectId),
  status: anyOf(z.enum(AGENT_STATUSES)),
  state: anyOf(z.enum(AGENT_STATES)),
  ...TableFormat.shape,
});

export const AgentPath = z.object({ agentId: AgentId });

export const NewAgent = z
  .strictObject({
    /** What to call it; the name of its server where nothing is said. */
    name: PlainText(64).optional(),
  })
  .openapi('NewAgent', { example: { name: 'edge-1' } });

export const EnrolmentToken = z
  .object({
    /** Shown once; good for one agent. */
    token: z.string(),
    expires_at: Time,
    /** To be run on the site's server. */
    command: z.string(),
  })
  .openapi('EnrolmentToken', {
    example: {
      token: 'het_...',
      expires_at: '2026-11-24T12:00:00.000Z',
      command: "hearst-agent enrol --hub https://hub.example.com --token het_... --name 'edge-1'",
    },
  });
export type EnrolmentToken = z.infer<typeof EnrolmentToken>;
