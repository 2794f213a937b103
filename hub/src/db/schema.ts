import type { DoctorReport, Layout } from '@hearst/protocol';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  date,
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

import type { Conditions, StandingConditions } from '../alerts/conditions.ts';

/**
 * The tables as queries see them. The SQL files in `migrations` are what makes them, with policies, grants, partitions
 * and checks that cannot be said here; a test compares the two column by column.
 *
 * Null is "unknown" wherever a measured value may be null. int8 columns are numbers (see `types.ts`).
 */

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const count64 = (name: string) => bigint(name, { mode: 'number' });
/** Moves with what people change, not with readings. */
const version = () => integer('version').notNull().default(1);
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

/** What people and keys may do; routes and policies say what each may. */
export const ROLES = ['super_admin', 'project_manager', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

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
  retention_raw_days: integer('retention_raw_days').notNull().default(30),
  retention_fine_days: integer('retention_fine_days').notNull().default(365),
  metadata: metadata(),
  version: version(),
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
    version: version(),
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
    layout: jsonb('layout').$type<Layout>(),
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
    conditions: jsonb('conditions').$type<Conditions>(),
    metadata: metadata(),
    version: version(),
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
    serial_end: text('serial_end').generatedAlwaysAs(sql`reverse(right(serial, 8))`),
    mac_end: text('mac_end').generatedAlwaysAs(sql`reverse(right(translate(mac, ':', ''), 6))`),
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
    pool: text('pool'),
    worker: text('worker'),
    efficiency_j_per_th: doublePrecision('efficiency_j_per_th').generatedAlwaysAs(
      sql`case when hashrate_th > 0 then power_w / hashrate_th end`,
    ),
    last_seen_at: instant('last_seen_at'),
    state_at: instant('state_at'),
    credited_at: text('credited_at'),
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
    conditions: jsonb('conditions').$type<Conditions>(),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.meter_id] })],
);

/** What the hub makes of an agent, and what the agent said last of itself. */
export const AGENT_STATUSES = ['active', 'revoked', 'quarantined'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];
export const AGENT_STATES = ['online', 'offline', 'unknown'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export const agents = pgTable(
  'agents',
  {
    project_id: text('project_id').notNull(),
    agent_id: uuid('agent_id').notNull(),
    name: text('name').notNull(),
    status: text('status').$type<AgentStatus>().notNull().default('active'),
    secret_hash: bytea('secret_hash').notNull(),
    hmac_key: bytea('hmac_key').notNull(),
    lease: count64('lease').notNull().default(0),
    lease_boot: uuid('lease_boot'),
    lease_used: boolean('lease_used').notNull().default(false),
    outbox_id: uuid('outbox_id'),
    program: text('program'),
    state: text('state').$type<AgentState>().notNull().default('unknown'),
    clock: text('clock'),
    clock_offset_ms: doublePrecision('clock_offset_ms'),
    depth_batches: count64('depth_batches'),
    depth_bytes: count64('depth_bytes'),
    duplicates: count64('duplicates').notNull().default(0),
    hello_at: instant('hello_at'),
    last_seen_at: instant('last_seen_at'),
    ...stamps(),
    /** What its doctor found last. */
    doctor: jsonb('doctor').$type<DoctorReport>(),
    /** When the oldest batch in its outbox was made. */
    oldest_at: instant('oldest_at'),
    previous_secret_hash: bytea('previous_secret_hash'),
    previous_hmac_key: bytea('previous_hmac_key'),
    previous_until: instant('previous_until'),
    broker_password: text('broker_password'),
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
    renews: uuid('renews'),
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
    role: text('role').$type<Role>().notNull(),
    project_ids: text('project_ids').array().notNull().default(sql`'{}'`),
    verbs: text('verbs').array().$type<('read' | 'write')[]>().notNull().default(sql`'{read,write}'`),
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
    temp_board_min_c: real('temp_board_min_c'),
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

/** The reserved project of what belongs to none; rows of people's tables never carry another. */
const nowhere = () => text('project_id').notNull().default('HEARST-000');

export const users = pgTable(
  'users',
  {
    project_id: nowhere(),
    user_id: uuid('user_id').notNull().defaultRandom(),
    email: text('email').notNull(),
    name: text('name').notNull().default(''),
    role: text('role').$type<Role>().notNull().default('viewer'),
    status: text('status').$type<'invited' | 'active' | 'disabled'>().notNull().default('invited'),
    language: text('language').$type<'fr' | 'en'>().notNull().default('fr'),
    password_hash: text('password_hash'),
    password_one_time: boolean('password_one_time').notNull().default(false),
    password_changed_at: instant('password_changed_at'),
    totp_secret: bytea('totp_secret'),
    totp_enabled_at: instant('totp_enabled_at'),
    totp_last_step: count64('totp_last_step'),
    signed_in_at: instant('signed_in_at'),
    version: version(),
    created_by: text('created_by').notNull().default('system'),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.user_id] })],
);

export const user_project_access = pgTable(
  'user_project_access',
  {
    project_id: text('project_id').notNull(),
    user_id: uuid('user_id').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull().default(''),
    role: text('role').$type<Role>().notNull().default('viewer'),
    granted_by: text('granted_by').notNull().default('system'),
    granted_at: instant('granted_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.user_id] })],
);

export const sessions = pgTable(
  'sessions',
  {
    project_id: nowhere(),
    session_id: uuid('session_id').notNull().defaultRandom(),
    token_hash: bytea('token_hash').notNull(),
    user_id: uuid('user_id').notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    proved_at: instant('proved_at').notNull().defaultNow(),
    last_seen_at: instant('last_seen_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
    second_factor: boolean('second_factor').notNull().default(false),
    address: text('address'),
    user_agent: text('user_agent'),
    revoked_at: instant('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.session_id] })],
);

export const invitations = pgTable(
  'invitations',
  {
    project_id: nowhere(),
    token_hash: bytea('token_hash').notNull(),
    user_id: uuid('user_id').notNull(),
    created_by: text('created_by').notNull().default('system'),
    created_at: instant('created_at').notNull().defaultNow(),
    expires_at: instant('expires_at').notNull(),
    used_at: instant('used_at'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.token_hash] })],
);

export const sign_in_failures = pgTable(
  'sign_in_failures',
  {
    project_id: nowhere(),
    subject: text('subject').notNull(),
    failures: integer('failures').notNull().default(0),
    last_at: instant('last_at').notNull().defaultNow(),
    blocked_until: instant('blocked_until'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.subject] })],
);

export const idempotency_keys = pgTable(
  'idempotency_keys',
  {
    project_id: nowhere(),
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    request_hash: bytea('request_hash').notNull(),
    answer: bytea('answer'),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.principal, t.key] })],
);

export const ACTOR_KINDS = ['user', 'api_key', 'agent', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export const activity_logs = pgTable(
  'activity_logs',
  {
    project_id: text('project_id').notNull(),
    seq: count64('seq').notNull(),
    at: instant('at').notNull().defaultNow(),
    actor_kind: text('actor_kind').$type<ActorKind>().notNull(),
    actor_id: text('actor_id').notNull(),
    actor_name: text('actor_name').notNull(),
    action: text('action').notNull(),
    target_type: text('target_type').notNull(),
    target_id: text('target_id').notNull(),
    address: text('address'),
    request_id: text('request_id'),
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    previous_hash: bytea('previous_hash').notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.seq] })],
);

export const METRIC_SCOPES = ['project', 'transformer', 'container'] as const;
export type MetricScope = (typeof METRIC_SCOPES)[number];

export const metrics = pgTable(
  'metrics',
  {
    project_id: text('project_id').notNull(),
    scope: text('scope').$type<MetricScope>().notNull().default('project'),
    scope_id: text('scope_id').notNull(),
    resolution_s: integer('resolution_s').notNull().default(300),
    timestamp: instant('timestamp').notNull().defaultNow(),
    hashrate_eh: doublePrecision('hashrate_eh'),
    power_mw: doublePrecision('power_mw'),
    active_containers: integer('active_containers'),
    hashrate_ths_sum: doublePrecision('hashrate_ths_sum'),
    hashrate_ths_min: doublePrecision('hashrate_ths_min'),
    hashrate_ths_max: doublePrecision('hashrate_ths_max'),
    hashrate_ths_count: count64('hashrate_ths_count'),
    power_kw_sum: doublePrecision('power_kw_sum'),
    power_kw_min: doublePrecision('power_kw_min'),
    power_kw_max: doublePrecision('power_kw_max'),
    power_kw_count: count64('power_kw_count'),
    miners_active_sum: doublePrecision('miners_active_sum'),
    miners_active_min: doublePrecision('miners_active_min'),
    miners_active_max: doublePrecision('miners_active_max'),
    miners_active_count: count64('miners_active_count'),
    temp_supply_c_sum: doublePrecision('temp_supply_c_sum'),
    temp_supply_c_min: doublePrecision('temp_supply_c_min'),
    temp_supply_c_max: doublePrecision('temp_supply_c_max'),
    temp_supply_c_count: count64('temp_supply_c_count'),
    temp_return_c_sum: doublePrecision('temp_return_c_sum'),
    temp_return_c_min: doublePrecision('temp_return_c_min'),
    temp_return_c_max: doublePrecision('temp_return_c_max'),
    temp_return_c_count: count64('temp_return_c_count'),
    temp_chip_c_sum: doublePrecision('temp_chip_c_sum'),
    temp_chip_c_min: doublePrecision('temp_chip_c_min'),
    temp_chip_c_max: doublePrecision('temp_chip_c_max'),
    temp_chip_c_count: count64('temp_chip_c_count'),
    transformer_id: text('transformer_id'),
    power_source: text('power_source'),
    miners_answering_sum: doublePrecision('miners_answering_sum'),
    miners_answering_min: doublePrecision('miners_answering_min'),
    miners_answering_max: doublePrecision('miners_answering_max'),
    miners_answering_count: count64('miners_answering_count'),
    temp_board_c_sum: doublePrecision('temp_board_c_sum'),
    temp_board_c_min: doublePrecision('temp_board_c_min'),
    temp_board_c_max: doublePrecision('temp_board_c_max'),
    temp_board_c_count: count64('temp_board_c_count'),
    flow_m3h_sum: doublePrecision('flow_m3h_sum'),
    flow_m3h_min: doublePrecision('flow_m3h_min'),
    flow_m3h_max: doublePrecision('flow_m3h_max'),
    flow_m3h_count: count64('flow_m3h_count'),
    pressure_supply_bar_sum: doublePrecision('pressure_supply_bar_sum'),
    pressure_supply_bar_min: doublePrecision('pressure_supply_bar_min'),
    pressure_supply_bar_max: doublePrecision('pressure_supply_bar_max'),
    pressure_supply_bar_count: count64('pressure_supply_bar_count'),
    pressure_return_bar_sum: doublePrecision('pressure_return_bar_sum'),
    pressure_return_bar_min: doublePrecision('pressure_return_bar_min'),
    pressure_return_bar_max: doublePrecision('pressure_return_bar_max'),
    pressure_return_bar_count: count64('pressure_return_bar_count'),
    load_pct_sum: doublePrecision('load_pct_sum'),
    load_pct_min: doublePrecision('load_pct_min'),
    load_pct_max: doublePrecision('load_pct_max'),
    load_pct_count: count64('load_pct_count'),
    energy_kwh: doublePrecision('energy_kwh'),
    energy_integrated_kwh: doublePrecision('energy_integrated_kwh'),
    hashes_eh: doublePrecision('hashes_eh'),
    covered_s: doublePrecision('covered_s'),
    miner_known_s: doublePrecision('miner_known_s'),
    miner_answering_s: doublePrecision('miner_answering_s'),
    miner_active_s: doublePrecision('miner_active_s'),
    expected_thh: doublePrecision('expected_thh'),
    lost_offline_thh: doublePrecision('lost_offline_thh'),
    lost_hot_thh: doublePrecision('lost_hot_thh'),
    lost_transformer_thh: doublePrecision('lost_transformer_thh'),
    lost_unknown_thh: doublePrecision('lost_unknown_thh'),
    late: boolean('late').notNull().default(false),
    reporting: integer('reporting'),
    expected: integer('expected'),
    source: text('source').notNull().default('rollup'),
    updated_at: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.scope, t.scope_id, t.resolution_s, t.timestamp] })],
);

/** Spans of containers and meters whose buckets are to be computed anew: by the frame that came, or by hand. */
export const rollup_marks = pgTable(
  'rollup_marks',
  {
    project_id: text('project_id').notNull(),
    mark_id: count64('mark_id').notNull().default(sql`nextval('rollup_marks_mark_id_seq')`),
    scope: text('scope').$type<'container' | 'meter'>().notNull(),
    scope_id: text('scope_id').notNull(),
    frame_at: instant('frame_at'),
    from_at: instant('from_at').notNull(),
    to_at: instant('to_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.mark_id] })],
);

/** Buckets to be computed at a set time. */
export const rollup_dues = pgTable(
  'rollup_dues',
  {
    project_id: text('project_id').notNull(),
    scope: text('scope').$type<MetricScope>().notNull(),
    scope_id: text('scope_id').notNull(),
    resolution_s: integer('resolution_s').notNull(),
    timestamp: instant('timestamp').notNull(),
    ends_at: instant('ends_at').notNull(),
    due_at: instant('due_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.scope, t.scope_id, t.resolution_s, t.timestamp] })],
);

/** Raw frames of a project before this moment may be gone. */
export const raw_horizons = pgTable('raw_horizons', {
  project_id: text('project_id').primaryKey(),
  raw_from: instant('raw_from').notNull(),
});

/** What electricity costs from a day of the project's time zone on, until the next price begins. */
export const electricity_prices = pgTable(
  'electricity_prices',
  {
    project_id: text('project_id').notNull(),
    starts_on: date('starts_on').notNull(),
    usd_per_kwh: doublePrecision('usd_per_kwh').notNull(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.starts_on] })],
);

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const alert_rules = pgTable(
  'alert_rules',
  {
    project_id: text('project_id').notNull(),
    rule_id: text('rule_id').notNull(),
    alert_type: text('alert_type').notNull(),
    severity: text('severity').$type<Severity>().notNull().default('warning'),
    enabled: boolean('enabled').notNull().default(true),
    definition: jsonb('definition').$type<Record<string, unknown>>().notNull().default({}),
    version: version(),
    updated_by: text('updated_by'),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.rule_id] })],
);

/** `pending` is the hold time of a rule: no answer shows it. */
export const ALERT_STATUSES = ['active', 'acknowledged', 'resolved'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];
export const ALERT_TARGETS = ['global', 'project', 'agent', 'transformer', 'container', 'miner'] as const;
export type AlertTarget = (typeof ALERT_TARGETS)[number];

export const alerts = pgTable(
  'alerts',
  {
    project_id: text('project_id').notNull(),
    id: count64('id').notNull().default(sql`nextval('alerts_id_seq')`),
    timestamp: instant('timestamp').notNull().defaultNow(),
    alert_type: text('alert_type').notNull().default('custom'),
    severity: text('severity').$type<Severity>().notNull().default('warning'),
    target_type: text('target_type').$type<AlertTarget>().notNull().default('project'),
    target_id: text('target_id').notNull().default(''),
    message: text('message').notNull().default(''),
    status: text('status').$type<AlertStatus | 'pending'>().notNull().default('active'),
    rule_id: text('rule_id'),
    value: doublePrecision('value'),
    threshold: doublePrecision('threshold'),
    unit: text('unit'),
    first_seen_at: instant('first_seen_at').notNull().defaultNow(),
    last_seen_at: instant('last_seen_at').notNull().defaultNow(),
    occurrences: integer('occurrences').notNull().default(1),
    parent_id: count64('parent_id'),
    previous_id: count64('previous_id'),
    condition_holds: boolean('condition_holds').notNull().default(false),
    acknowledged_at: instant('acknowledged_at'),
    acknowledged_by: text('acknowledged_by'),
    acknowledged_until: instant('acknowledged_until'),
    assignee: text('assignee'),
    resolved_at: instant('resolved_at'),
    resolved_by: text('resolved_by'),
    silenced_until: instant('silenced_until'),
    recovering_since: instant('recovering_since'),
    miners_affected: integer('miners_affected'),
    hashrate_lost_ths: doublePrecision('hashrate_lost_ths'),
    hashrate_share: doublePrecision('hashrate_share'),
    target_name: text('target_name'),
    flapping: boolean('flapping').notNull().default(false),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
    version: version(),
    updated_at: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.id] })],
);

export const alert_events = pgTable(
  'alert_events',
  {
    project_id: text('project_id').notNull(),
    alert_id: count64('alert_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    at: instant('at').notNull().defaultNow(),
    kind: text('kind').notNull(),
    actor: text('actor').notNull(),
    note: text('note'),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.alert_id, t.ordinal] })],
);

export const maintenance_windows = pgTable(
  'maintenance_windows',
  {
    project_id: text('project_id').notNull(),
    window_id: uuid('window_id').notNull().defaultRandom(),
    target_type: text('target_type').$type<Exclude<AlertTarget, 'global' | 'agent'>>().notNull(),
    target_id: text('target_id').notNull(),
    starts_at: instant('starts_at').notNull(),
    ends_at: instant('ends_at').notNull(),
    reason: text('reason').notNull().default(''),
    created_by: text('created_by').notNull(),
    ended_by: text('ended_by'),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.window_id] })],
);

/** A time in which nobody is notified of what matches; the record goes on. */
export const silences = pgTable(
  'silences',
  {
    project_id: text('project_id').notNull(),
    silence_id: uuid('silence_id').notNull().defaultRandom(),
    target_type: text('target_type').$type<AlertTarget>().notNull(),
    target_id: text('target_id').notNull(),
    rule_id: text('rule_id'),
    starts_at: instant('starts_at').notNull(),
    ends_at: instant('ends_at').notNull(),
    reason: text('reason').notNull().default(''),
    created_by: text('created_by').notNull(),
    ended_by: text('ended_by'),
    version: version(),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.silence_id] })],
);

export const maintenance_plans = pgTable(
  'maintenance_plans',
  {
    project_id: text('project_id').notNull(),
    plan_id: uuid('plan_id').notNull().defaultRandom(),
    target_type: text('target_type').$type<'transformer' | 'container' | 'miner'>().notNull(),
    target_id: text('target_id').notNull(),
    task: text('task').notNull(),
    every_running_hours: doublePrecision('every_running_hours'),
    due_on: date('due_on'),
    every_days: integer('every_days'),
    last_done_at: instant('last_done_at'),
    last_done_by: text('last_done_by'),
    running_hours: doublePrecision('running_hours').notNull().default(0),
    running_counted_at: instant('running_counted_at'),
    version: version(),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.plan_id] })],
);

/** What is judged by the clock: the conditions of one source. */
export const standing_conditions = pgTable(
  'standing_conditions',
  {
    project_id: text('project_id').notNull(),
    source: text('source').notNull(),
    conditions: jsonb('conditions').$type<readonly StandingConditions[]>().notNull(),
    updated_at: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.source] })],
);

export const CHANNEL_KINDS = ['email', 'webhook', 'slack', 'telegram', 'pagerduty'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
/** When a channel hears of what is not critical: from `from` to `to` on these days (1 is Monday) of the zone. */
export interface ChannelHours {
  readonly from: string;
  readonly to: string;
  readonly days: readonly number[];
  readonly time_zone: string;
}

export const notification_channels = pgTable(
  'notification_channels',
  {
    project_id: text('project_id').notNull(),
    channel_id: uuid('channel_id').notNull().defaultRandom(),
    kind: text('kind').$type<ChannelKind>().notNull(),
    name: text('name').notNull(),
    min_severity: text('min_severity').$type<Severity>().notNull().default('warning'),
    enabled: boolean('enabled').notNull().default(true),
    config: jsonb('config').$type<Record<string, unknown>>().notNull().default({}),
    secret: bytea('secret'),
    language: text('language').$type<'fr' | 'en'>().notNull().default('en'),
    level: smallint('level').notNull().default(1),
    hours: jsonb('hours').$type<ChannelHours>(),
    created_by: text('created_by').notNull().default('system'),
    updated_by: text('updated_by'),
    version: version(),
    ...stamps(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.channel_id] })],
);

/** What a channel was told last of an alert. */
export const notification_threads = pgTable(
  'notification_threads',
  {
    project_id: text('project_id').notNull(),
    channel_id: uuid('channel_id').notNull(),
    alert_id: count64('alert_id').notNull(),
    told_status: text('told_status').$type<AlertStatus>().notNull(),
    told_severity: text('told_severity').$type<Severity>().notNull(),
    told_at: instant('told_at').notNull(),
    first_delivery_id: uuid('first_delivery_id').notNull(),
    repeats: integer('repeats').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.channel_id, t.alert_id] })],
);

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export const deliveries = pgTable(
  'deliveries',
  {
    project_id: text('project_id').notNull(),
    delivery_id: uuid('delivery_id').notNull().defaultRandom(),
    channel_project_id: text('channel_project_id').notNull().default(''),
    channel_id: uuid('channel_id').notNull(),
    recipient: text('recipient').notNull().default(''),
    alert_id: count64('alert_id'),
    kind: text('kind').$type<'alerts' | 'test' | 'summary'>().notNull(),
    status: text('status').$type<(typeof DELIVERY_STATUSES)[number]>().notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    next_attempt_at: instant('next_attempt_at'),
    last_error: text('last_error'),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull().default({}),
    begun_at: instant('begun_at'),
    created_at: instant('created_at').notNull().defaultNow(),
    delivered_at: instant('delivered_at'),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.delivery_id] })],
);
