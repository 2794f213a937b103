import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

/**
 * The tables as queries see them. The SQL files in `migrations` are what makes them, with policies, grants, partitions
 * and checks that cannot be said here; a test compares the two column by column.
 *
 * Null is "unknown" wherever a measured value may be null. int8 columns are numbers (see `types.ts`).
 */

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const count64 = (name: string) => bigint(name, { mode: 'number' });
const metadata = () => jsonb('metadata').$type<Record<string, unknown>>().notNull().default({});
const stamps = () => ({
  created_at: instant('created_at').notNull().defaultNow(),
  updated_at: instant('updated_at').notNull().defaultNow(),
});

/** Of containers and transformers. */
export const CONTAINER_STATUSES = [
  'active',
  'warning',
  'critical',
  'offline',
  'maintenance',
  'unknown',
  'planned',
] as const;
export type ContainerStatus = (typeof CONTAINER_STATUSES)[number];

export const PROJECT_STATUSES = ['planned', 'active', 'maintenance', 'archived'] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

export const projects = pgTable('projects', {
  project_id: text('project_id').primaryKey(),
  name: text('name').notNull().default(''),
  type: text('type').$type<'mining' | 'hosting'>().notNull().default('mining'),
  status: text('status').$type<ProjectStatus>().notNull().default('planned'),
  location: text('location'),
  time_zone: text('time_zone').notNull().default('UTC'),
  cooling_kind: text('cooling_kind'),
  planned_start: text('planned_start'),
  total_containers: integer('total_containers'),
  total_miners: integer('total_miners'),
  target_hashrate_eh: doublePrecision('target_hashrate_eh'),
  target_power_mw: doublePrecision('target_power_mw'),
  capex_usd: doublePrecision('capex_usd'),
  opex_monthly_usd: doublePrecision('opex_monthly_usd'),
  project_manager: text('project_manager'),
  contact_email: text('contact_email'),
  metadata: metadata(),
  ...stamps(),
});

export const transformers = pgTable(
  'transformers',
  {
    project_id: text('project_id').notNull(),
    transformer_id: text('transformer_id').notNull(),
    name: text('name'),
    rated_kva: doublePrecision('rated_kva'),
    status: text('status').$type<ContainerStatus>().notNull().default('unknown'),
    load_pct: doublePrecision('load_pct'),
    active_power_kw: doublePrecision('active_power_kw'),
    apparent_power_kva: doublePrecision('apparent_power_kva'),
    power_factor: doublePrecision('power_factor'),
    state_at: instant('state_at'),
    metadata: metadata(),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.transformer_id] })],
);

export const containers = pgTable(
  'containers',
  {
    project_id: text('project_id').notNull(),
    container_id: text('container_id').notNull(),
    transformer_id: text('transformer_id'),
    name: text('name'),
    model: text('model'),
    layout: jsonb('layout').$type<{ rows: number; columns: number; order: 'row' | 'column' | 'snake' }>(),
    status: text('status').$type<ContainerStatus>().notNull().default('unknown'),
    agent_id: uuid('agent_id'),
    miners_expected: integer('miners_expected').notNull().default(0),
    has_cooling: boolean('has_cooling').notNull().default(false),
    hashrate_th: doublePrecision('hashrate_th'),
    hashrate_expected_th: doublePrecision('hashrate_expected_th'),
    power_consumption_kw: doublePrecision('power_consumption_kw'),
    power_source: text('power_source').$type<'controller' | 'meter' | 'miners'>(),
    miners_active: integer('miners_active'),
    miners_answering: integer('miners_answering'),
    miners_total: integer('miners_total'),
    temp_supply_c: doublePrecision('temp_supply_c'),
    temp_return_c: doublePrecision('temp_return_c'),
    temp_chip_max_c: doublePrecision('temp_chip_max_c'),
    temp_chip_avg_c: doublePrecision('temp_chip_avg_c'),
    flow_m3h: doublePrecision('flow_m3h'),
    pressure_supply_bar: doublePrecision('pressure_supply_bar'),
    pressure_return_bar: doublePrecision('pressure_return_bar'),
    cooling: jsonb('cooling').$type<Record<string, number | null>>(),
    interval_s: doublePrecision('interval_s'),
    state_at: instant('state_at'),
    metadata: metadata(),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.container_id] })],
);

export const miners = pgTable(
  'miners',
  {
    project_id: text('project_id').notNull(),
    miner_id: text('miner_id').notNull(),
    container_id: text('container_id').notNull(),
    position: integer('position').notNull().default(0),
    model: text('model'),
    serial: text('serial'),
    mac: text('mac'),
    ip: text('ip'),
    firmware: text('firmware'),
    status: text('status')
      .$type<'hashing' | 'degraded' | 'sleeping' | 'idle' | 'offline' | 'unknown'>()
      .notNull()
      .default('unknown'),
    hashrate_th: doublePrecision('hashrate_th'),
    hashrate_expected_th: doublePrecision('hashrate_expected_th'),
    power_w: doublePrecision('power_w'),
    temp_chip_c: real('temp_chip_c'),
    temp_board_c: real('temp_board_c'),
    temp_inlet_c: real('temp_inlet_c'),
    temp_outlet_c: real('temp_outlet_c'),
    uptime_s: doublePrecision('uptime_s'),
    last_seen_at: instant('last_seen_at'),
    state_at: instant('state_at'),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.miner_id] })],
);

export const meters = pgTable(
  'meters',
  {
    project_id: text('project_id').notNull(),
    meter_id: text('meter_id').notNull(),
    transformer_id: text('transformer_id'),
    profile: text('profile'),
    address: text('address'),
    status: text('status').$type<'active' | 'offline' | 'unknown'>().notNull().default('unknown'),
    values: jsonb('values').$type<Record<string, number | null>>(),
    interval_s: doublePrecision('interval_s'),
    last_seen_at: instant('last_seen_at'),
    state_at: instant('state_at'),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.meter_id] })],
);

export const agents = pgTable(
  'agents',
  {
    project_id: text('project_id').notNull(),
    agent_id: uuid('agent_id').notNull(),
    name: text('name').notNull(),
    status: text('status').$type<'active' | 'revoked' | 'quarantined'>().notNull().default('active'),
    secret_hash: bytea('secret_hash').notNull(),
    hmac_key: bytea('hmac_key').notNull(),
    lease: count64('lease').notNull().default(0),
    lease_boot: uuid('lease_boot'),
    lease_used: boolean('lease_used').notNull().default(false),
    outbox_id: uuid('outbox_id'),
    program: text('program'),
    state: text('state').$type<'online' | 'offline' | 'unknown'>().notNull().default('unknown'),
    clock: text('clock'),
    clock_offset_ms: doublePrecision('clock_offset_ms'),
    depth_batches: count64('depth_batches'),
    depth_bytes: count64('depth_bytes'),
    duplicates: count64('duplicates').notNull().default(0),
    hello_at: instant('hello_at'),
    last_seen_at: instant('last_seen_at'),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.agent_id] })],
);

export const enrolment_tokens = pgTable(
  'enrolment_tokens',
  {
    project_id: text('project_id').notNull(),
    token_hash: bytea('token_hash').notNull(),
    created_by: text('created_by').notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
    used_at: instant('used_at'),
    agent_id: uuid('agent_id'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.token_hash] })],
);

export const api_keys = pgTable(
  'api_keys',
  {
    project_id: text('project_id').notNull(),
    key_id: text('key_id').notNull(),
    token_hash: bytea('token_hash').notNull(),
    name: text('name').notNull(),
    role: text('role').$type<'super_admin' | 'project_manager' | 'operator' | 'viewer'>().notNull(),
    project_ids: text('project_ids').array().notNull().default(sql`'{}'`),
    created_by: text('created_by').notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    expires_at: instant('expires_at'),
    revoked_at: instant('revoked_at'),
    last_used_at: instant('last_used_at'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.key_id] })],
);

export const container_frames = pgTable(
  'container_frames',
  {
    project_id: text('project_id').notNull(),
    container_id: text('container_id').notNull(),
    at: instant('at').notNull(),
    device_at: instant('device_at').notNull(),
    received_at: instant('received_at').notNull(),
    agent_id: uuid('agent_id').notNull(),
    interval_s: real('interval_s').notNull(),
    clock: text('clock').notNull(),
    miners_total: smallint('miners_total').notNull(),
    miners_answering: smallint('miners_answering').notNull(),
    miners_active: smallint('miners_active').notNull(),
    hashrate_ths: doublePrecision('hashrate_ths'),
    hashrate_expected_ths: doublePrecision('hashrate_expected_ths'),
    power_kw: doublePrecision('power_kw'),
    power_source: text('power_source'),
    temp_chip_min_c: real('temp_chip_min_c'),
    temp_chip_avg_c: real('temp_chip_avg_c'),
    temp_chip_max_c: real('temp_chip_max_c'),
    temp_board_avg_c: real('temp_board_avg_c'),
    temp_board_max_c: real('temp_board_max_c'),
    temp_inlet_avg_c: real('temp_inlet_avg_c'),
    temp_outlet_avg_c: real('temp_outlet_avg_c'),
    temp_supply_c: real('temp_supply_c'),
    temp_return_c: real('temp_return_c'),
    flow_m3h: real('flow_m3h'),
    pressure_supply_bar: real('pressure_supply_bar'),
    pressure_return_bar: real('pressure_return_bar'),
    cooling_answered: boolean('cooling_answered'),
    body: bytea('body').notNull(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.container_id, t.at] })],
);

export const meter_frames = pgTable(
  'meter_frames',
  {
    project_id: text('project_id').notNull(),
    meter_id: text('meter_id').notNull(),
    at: instant('at').notNull(),
    device_at: instant('device_at').notNull(),
    received_at: instant('received_at').notNull(),
    agent_id: uuid('agent_id').notNull(),
    transformer_id: text('transformer_id'),
    interval_s: real('interval_s').notNull(),
    clock: text('clock').notNull(),
    answered: boolean('answered').notNull(),
    active_power_kw: doublePrecision('active_power_kw'),
    apparent_power_kva: doublePrecision('apparent_power_kva'),
    power_factor: real('power_factor'),
    energy_import_kwh: doublePrecision('energy_import_kwh'),
    energy_export_kwh: doublePrecision('energy_export_kwh'),
    values: jsonb('values').$type<Record<string, number | null>>(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.meter_id, t.at] })],
);

export const agent_events = pgTable(
  'agent_events',
  {
    project_id: text('project_id').notNull(),
    agent_id: uuid('agent_id').notNull(),
    outbox_id: uuid('outbox_id').notNull(),
    seq: count64('seq').notNull(),
    ordinal: integer('ordinal').notNull(),
    at: instant('at').notNull(),
    received_at: instant('received_at').notNull(),
    code: text('code').notNull(),
    severity: text('severity').$type<'info' | 'warning' | 'critical'>().notNull(),
    subject: text('subject'),
    message: text('message').notNull(),
    data: jsonb('data').$type<Record<string, string | number | boolean | null>>().notNull().default({}),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.agent_id, t.outbox_id, t.seq, t.ordinal] })],
);

export const ingest_keys = pgTable(
  'ingest_keys',
  {
    project_id: text('project_id').notNull(),
    agent_id: uuid('agent_id').notNull(),
    outbox_id: uuid('outbox_id').notNull(),
    seq: count64('seq').notNull(),
    hash: bytea('hash'),
    covers: boolean('covers').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.agent_id, t.outbox_id, t.seq] })],
);

export const quarantine = pgTable(
  'quarantine',
  {
    project_id: text('project_id').notNull(),
    quarantine_id: uuid('quarantine_id').notNull().defaultRandom(),
    received_at: instant('received_at').notNull(),
    agent_id: uuid('agent_id'),
    outbox_id: uuid('outbox_id'),
    seq: count64('seq'),
    reason: text('reason').notNull(),
    detail: text('detail').notNull(),
    envelope: jsonb('envelope'),
    payload: bytea('payload'),
    released_at: instant('released_at'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.quarantine_id] })],
);

export const installation = pgTable('installation', {
  only_row: boolean('only_row').primaryKey().default(true),
  hub_epoch: uuid('hub_epoch').notNull().defaultRandom(),
  restored_to: instant('restored_to'),
  created_at: instant('created_at').notNull().defaultNow(),
});
