import { ContainerId, GLOBAL_PROJECT_ID, Layout, MINER_STATUSES, MinerId, ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { CONTAINER_STATUSES, type ContainerStatus, PROJECT_STATUSES } from '../db/schema.ts';
import { FRESHNESS } from '../freshness.ts';
import { PlainText } from './filters.ts';
import { isDeeper, MAX_JSON_DEPTH } from './storable.ts';

/** What the API answers. Keys are the tables' columns; null is unknown; times are RFC 3339 in UTC. */

export const Text = z.string().nullable();
export const Quantity = z.number().nullable();
export const Count = z.int().nullable();
export const Time = z.iso.datetime();

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** What people keep beside a project or container: any JSON. */
const Json: z.ZodType<Json> = z
  .lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), z.record(z.string(), Json)]))
  .openapi('Json', { description: 'Any JSON value' });
export const Metadata = z.record(z.string(), Json);
export type Metadata = z.infer<typeof Metadata>;
/** Metadata as it is sent: not so deep that whoever walks it runs out of stack. */
export const NewMetadata = z.preprocess((sent, ctx) => {
  if (!isDeeper(sent, MAX_JSON_DEPTH)) return sent;
  ctx.addIssue({ code: 'custom', message: `nested more than ${MAX_JSON_DEPTH} levels deep` });
  return z.NEVER;
}, Metadata);

/** A zone that this machine's calendar knows. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(
    (zone) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return true;
      } catch {
        return false;
      }
    },
    { error: 'expected a time zone such as Asia/Qatar', params: { code: 'time_zone' } },
  );

/** Of a project to be made: the reserved id belongs to nobody. */
const NewProjectId = ProjectId.refine((id) => id !== GLOBAL_PROJECT_ID, {
  error: 'HEARST-000 is reserved',
  params: { code: 'reserved' },
});

export const Coverage = z.object({ reporting: z.int(), expected: z.int() }).openapi('Coverage', {
  description: 'How many of the members expected are in the figures',
  example: { reporting: 56, expected: 58 },
});

/** When a value was seen, and how current that is. */
export const observation = {
  observed_at: Time.nullable(),
  age_s: Quantity,
  freshness: z.enum(FRESHNESS).nullable(),
};

const ContainersByStatus = z
  .object(
    Object.fromEntries(CONTAINER_STATUSES.map((status) => [status, z.int()])) as Record<ContainerStatus, z.ZodInt>,
  )
  .openapi({ description: 'How many of its containers have each status now; one that is silent is offline' });

export const Project = z
  .object({
    project_id: z.string(),
    name: z.string(),
    type: z.enum(['mining', 'hosting']),
    status: z.enum(PROJECT_STATUSES),
    location: Text,
    time_zone: z.string(),
    cooling_kind: Text,
    planned_start: Text,
    total_containers: Count,
    total_miners: Count,
    target_hashrate_eh: Quantity,
    target_power_mw: Quantity,
    capex_usd: Quantity,
    opex_monthly_usd: Quantity,
    project_manager: Text,
    contact_email: Text,
    /** How long raw frames and five-minute figures are kept, days; hours and days stay for ever. */
    retention_raw_days: z.int(),
    retention_fine_days: z.int(),
    metadata: Metadata,
    ...observation,
    coverage: Coverage,
    containers_by_status: ContainersByStatus,
    hashrate_ths: Quantity,
    power_kw: Quantity,
    miners_active: Count,
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Project');
export type Project = z.infer<typeof Project>;

const RetentionDays = z.int().min(1).max(3650);

/** What people say of a project. An unknown field is an error: a misspelt one would be lost in silence. */
const projectFields = {
  name: z.string().trim().min(1).max(100),
  type: z.enum(['mining', 'hosting']),
  status: z.enum(PROJECT_STATUSES),
  location: z.string().max(200).nullable(),
  time_zone: TimeZone,
  cooling_kind: z.string().max(50).nullable(),
  planned_start: z.string().max(50).nullable(),
  total_containers: z.int().min(0).max(100_000).nullable(),
  total_miners: z.int().min(0).max(100_000_000).nullable(),
  target_hashrate_eh: z.number().min(0).max(1e6).nullable(),
  target_power_mw: z.number().min(0).max(1e6).nullable(),
  capex_usd: z.number().min(0).max(1e15).nullable(),
  opex_monthly_usd: z.number().min(0).max(1e15).nullable(),
  project_manager: z.string().max(200).nullable(),
  contact_email: z.email().max(254).nullable(),
  retention_raw_days: RetentionDays.openapi({
    example: 30,
    description: 'Raw frames are kept so long, and go by whole days (UTC). What has gone does not come back',
  }),
  retention_fine_days: RetentionDays.openapi({
    example: 365,
    description:
      'Five-minute figures are kept so long, though never shorter than raw frames; hours and days stay for ever',
  }),
  metadata: NewMetadata,
};

/** A project with the fields that were asked for. */
export const ProjectPart = Project.partial().required({ project_id: true }).openapi('ProjectPart');

export const NewProject = z
  .strictObject({ project_id: NewProjectId, ...projectFields })
  .partial()
  .required({ project_id: true, name: true })
  .openapi('NewProject', {
    example: { project_id: 'OMAN-001', name: 'Hearst Oman', status: 'planned', time_zone: 'Asia/Muscat' },
  });

export const ProjectChange = z
  .strictObject(projectFields)
  .partial()
  .openapi('ProjectChange', { example: { status: 'active', target_power_mw: 20 } });

export const Container = z
  .object({
    project_id: z.string(),
    container_id: z.string(),
    transformer_id: Text,
    name: Text,
    model: Text,
    layout: Layout.nullable(),
    status: z.enum(CONTAINER_STATUSES),
    ...observation,
    coverage: Coverage,
    interval_s: Quantity,
    hashrate_th: Quantity,
    hashrate_expected_th: Quantity,
    power_consumption_kw: Quantity,
    power_source: Text,
    miners_active: Count,
    miners_answering: Count,
    miners_total: Count,
    miners_expected: z.int(),
    temp_supply_c: Quantity,
    temp_return_c: Quantity,
    temp_chip_max_c: Quantity,
    temp_chip_avg_c: Quantity,
    flow_m3h: Quantity,
    pressure_supply_bar: Quantity,
    pressure_return_bar: Quantity,
    has_cooling: z.boolean(),
    cooling: z.record(z.string(), Quantity).nullable(),
    metadata: Metadata,
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Container');
export type Container = z.infer<typeof Container>;

export const Miner = z
  .object({
    project_id: z.string(),
    miner_id: z.string(),
    container_id: z.string(),
    position: z.int(),
    /** The position through the container's layout, `R07-04`. */
    slot: Text,
    model: Text,
    serial: Text,
    mac: Text,
    ip: Text,
    firmware: Text,
    status: z.enum(MINER_STATUSES),
    ...observation,
    last_seen_at: Time.nullable(),
    hashrate_th: Quantity,
    hashrate_expected_th: Quantity,
    power_w: Quantity,
    efficiency_j_per_th: Quantity,
    pool: Text,
    worker: Text,
    temp_chip_c: Quantity,
    temp_board_c: Quantity,
    temp_inlet_c: Quantity,
    temp_outlet_c: Quantity,
    uptime_s: Quantity,
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Miner');
export type Miner = z.infer<typeof Miner>;

/** A list: `next_cursor` is passed back as `cursor` for the next page, null at the end; `total` counts all pages. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable(), total: z.int() });

/** A list whose objects are whole, or what `fields` names of them. */
export const listOfEither = <Whole extends z.ZodType, Part extends z.ZodType>(whole: Whole, part: Part) =>
  z.union([listOf(whole), listOf(part)]);

/** `q`: what somebody types to find something. */
export const SearchText = PlainText(100);

export const ProjectPath = z.object({ projectId: ProjectId });
export const ContainerPath = z.object({ containerId: ContainerId });
export const MinerPath = z.object({ minerId: MinerId });
/** Settles which project is meant where two of them hold an object of one id. */
export const InProject = z.strictObject({ project_id: ProjectId.optional() });
