-- The readings' path: projects and their inventory, agents, frames, and the keys that make delivery exactly-once.
--
-- Rules held by a test against the catalogue: every table has FORCE row security and a policy; project_id is
-- first in every key; no unique key and no foreign key leaves the project; policies hold no sub-select (so that
-- the schema can be distributed by project_id over Citus unchanged).
--
-- Run as hearst_owner (no login). hearst_ingest and hearst_api are login roles made by the hub before this runs.

-- What the caller may see: the list of projects, set by literal SET LOCAL at the start of each transaction.
-- After a committed local setting the value is an empty string, hence nullif.

create table projects (
  project_id text primary key check (project_id ~ '^[A-Z][A-Z0-9]*-[0-9]{3}$' and project_id <> 'HEARST-000'),
  name text not null default '',
  type text not null default 'mining' check (type in ('mining', 'hosting')),
  status text not null default 'planned' check (status in ('planned', 'active', 'maintenance', 'archived')),
  location text,
  time_zone text not null default 'UTC',
  cooling_kind text,
  planned_start text,
  total_containers integer,
  total_miners integer,
  target_hashrate_eh double precision,
  target_power_mw double precision,
  capex_usd double precision,
  opex_monthly_usd double precision,
  project_manager text,
  contact_email text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table transformers (
  project_id text not null references projects,
  transformer_id text not null,
  name text,
  rated_kva double precision,
  status text not null default 'unknown'
    check (status in ('active', 'warning', 'critical', 'offline', 'maintenance', 'unknown', 'planned')),
  load_pct double precision,
  active_power_kw double precision,
  apparent_power_kva double precision,
  power_factor double precision,
  state_at timestamptz,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, transformer_id)
) with (fillfactor = 70);

create table containers (
  project_id text not null references projects,
  container_id text not null,
  transformer_id text,
  name text,
  model text,
  layout jsonb,
  status text not null default 'unknown'
    check (status in ('active', 'warning', 'critical', 'offline', 'maintenance', 'unknown', 'planned')),
  -- The agent that this container belongs to; a second one that claims it is not believed.
  agent_id uuid,
  miners_expected integer not null default 0,
  has_cooling boolean not null default false,
  -- Latest state, forward-only by state_at. Null is unknown, never zero.
  hashrate_th double precision,
  hashrate_expected_th double precision,
  power_consumption_kw double precision,
  -- 'controller', 'meter' or 'miners': what power_consumption_kw was taken from.
  power_source text,
  miners_active integer,
  miners_answering integer,
  miners_total integer,
  temp_supply_c double precision,
  temp_return_c double precision,
  temp_chip_max_c double precision,
  temp_chip_avg_c double precision,
  flow_m3h double precision,
  pressure_supply_bar double precision,
  pressure_return_bar double precision,
  -- All values of the cooling loop as last read, by metric name.
  cooling jsonb,
  interval_s double precision,
  state_at timestamptz,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, container_id),
  foreign key (project_id, transformer_id) references transformers
) with (fillfactor = 50);

-- A row is a slot: the slot keeps its id, the hardware in it has serial and MAC.
create table miners (
  project_id text not null,
  miner_id text not null,
  container_id text not null,
  position integer not null default 0,
  model text,
  serial text,
  mac text,
  ip text,
  firmware text,
  status text not null default 'unknown'
    check (status in ('hashing', 'degraded', 'sleeping', 'idle', 'offline', 'unknown')),
  hashrate_th double precision,
  hashrate_expected_th double precision,
  power_w double precision,
  temp_chip_c real,
  temp_board_c real,
  temp_inlet_c real,
  temp_outlet_c real,
  uptime_s double precision,
  -- When it last answered, and when its state was last told (answered or not).
  last_seen_at timestamptz,
  state_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, miner_id),
  foreign key (project_id, container_id) references containers
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
create index miners_container on miners (project_id, container_id, position);

create table meters (
  project_id text not null references projects,
  meter_id text not null,
  transformer_id text,
  profile text,
  address text,
  status text not null default 'unknown' check (status in ('active', 'offline', 'unknown')),
  -- All values as last read, by metric name.
  values jsonb,
  interval_s double precision,
  last_seen_at timestamptz,
  state_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, meter_id),
  foreign key (project_id, transformer_id) references transformers
) with (fillfactor = 70);

create table agents (
  project_id text not null references projects,
  agent_id uuid not null,
  name text not null,
  status text not null default 'active' check (status in ('active', 'revoked', 'quarantined')),
  -- SHA-256 of the login secret (256 random bits: no slow hash needed).
  secret_hash bytea not null,
  -- The HMAC key, encrypted (AES-256-GCM) under the hub's key file: the hub must compute the HMAC itself.
  hmac_key bytea not null,
  lease bigint not null default 0,
  lease_boot uuid,
  lease_used boolean not null default false,
  outbox_id uuid,
  program text,
  state text not null default 'unknown' check (state in ('online', 'offline', 'unknown')),
  clock text,
  clock_offset_ms double precision,
  depth_batches bigint,
  depth_bytes bigint,
  -- Batches that came again after they were committed: a lost ack or a crash, never a loss.
  duplicates bigint not null default 0,
  hello_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, agent_id)
);

create table enrolment_tokens (
  project_id text not null references projects,
  token_hash bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  agent_id uuid,
  primary key (project_id, token_hash)
);

create table api_keys (
  project_id text not null, -- 'HEARST-000' for a key that is not bound to one project
  key_id text not null,
  token_hash bytea not null,
  name text not null,
  role text not null check (role in ('super_admin', 'project_manager', 'operator', 'viewer')),
  -- The projects the key may see; ignored for super_admin.
  project_ids text[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (project_id, key_id)
);

-- One row per container and poll. The arrays by position stay in `body` (gzip of JSON columns, as the agent made
-- it: 13 bytes per miner against 27 for real[]); the summaries stand beside them, so roll-ups never unpack it.
create table container_frames (
  project_id text not null,
  container_id text not null,
  -- Corrected time: the agent's, mended by the clock offset known at receipt.
  at timestamptz not null,
  device_at timestamptz not null,
  received_at timestamptz not null,
  agent_id uuid not null,
  interval_s real not null,
  clock text not null,
  miners_total smallint not null,
  miners_answering smallint not null,
  miners_active smallint not null,
  hashrate_ths double precision,
  hashrate_expected_ths double precision,
  power_kw double precision,
  power_source text,
  temp_chip_min_c real,
  temp_chip_avg_c real,
  temp_chip_max_c real,
  temp_board_avg_c real,
  temp_board_max_c real,
  temp_inlet_avg_c real,
  temp_outlet_avg_c real,
  temp_supply_c real,
  temp_return_c real,
  flow_m3h real,
  pressure_supply_bar real,
  pressure_return_bar real,
  cooling_answered boolean,
  -- {"frame": ContainerFrame} gzipped JSON, values struck out by the hub already null.
  body bytea not null,
  primary key (project_id, container_id, at)
) partition by range (at);
-- Already compressed: trying again would cost time and gain nothing.
alter table container_frames alter column body set storage external;
create table container_frames_default partition of container_frames default;

create table meter_frames (
  project_id text not null,
  meter_id text not null,
  at timestamptz not null,
  device_at timestamptz not null,
  received_at timestamptz not null,
  agent_id uuid not null,
  transformer_id text,
  interval_s real not null,
  clock text not null,
  answered boolean not null,
  active_power_kw double precision,
  apparent_power_kva double precision,
  power_factor real,
  energy_import_kwh double precision,
  energy_export_kwh double precision,
  -- Every value read, by metric name.
  values jsonb,
  primary key (project_id, meter_id, at)
) partition by range (at);
create table meter_frames_default partition of meter_frames default;

-- What happened at the site and is no reading: clock steps, conflicts, an outbox set aside, tombstones.
create table agent_events (
  project_id text not null,
  agent_id uuid not null,
  outbox_id uuid not null,
  seq bigint not null,
  ordinal integer not null,
  at timestamptz not null,
  received_at timestamptz not null,
  code text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  subject text,
  message text not null,
  data jsonb not null default '{}',
  primary key (project_id, agent_id, outbox_id, seq, ordinal)
);

-- The identity of every batch committed. `covers` rows stand for everything up to and including their seq.
create table ingest_keys (
  project_id text not null,
  agent_id uuid not null,
  outbox_id uuid not null,
  seq bigint not null,
  hash bytea,
  covers boolean not null default false,
  primary key (project_id, agent_id, outbox_id, seq)
);

-- What could not be stored, kept raw with the reason. 'HEARST-000' where the origin is unknown.
create table quarantine (
  project_id text not null,
  quarantine_id uuid not null default gen_random_uuid(),
  received_at timestamptz not null,
  agent_id uuid,
  outbox_id uuid,
  seq bigint,
  reason text not null,
  detail text not null,
  envelope jsonb,
  payload bytea,
  released_at timestamptz,
  primary key (project_id, quarantine_id)
);
create index quarantine_open on quarantine (project_id, received_at) where released_at is null;

-- One row: what identifies this database among restored copies of itself. Belongs to no project.
create table installation (
  only_row boolean primary key default true check (only_row),
  hub_epoch uuid not null default gen_random_uuid(),
  -- Batches of an outbox after this moment are asked for again (set by the restore procedure).
  restored_to timestamptz,
  created_at timestamptz not null default now()
);
insert into installation default values;

-- Row security ---------------------------------------------------------------------------------------------

-- A partition is asked through its table, whose policies then hold. Its own are for whoever asks it directly; the day
-- partitions get the same when they are made. Nobody is granted anything on one.

do $$
declare
  t text;
  visible text := $p$project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))$p$;
begin
  foreach t in array array['projects', 'transformers', 'containers', 'miners', 'meters', 'agents', 'enrolment_tokens',
    'api_keys', 'container_frames', 'container_frames_default', 'meter_frames', 'meter_frames_default', 'agent_events',
    'ingest_keys', 'quarantine', 'installation'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    if t not in ('projects', 'agents', 'enrolment_tokens', 'api_keys', 'installation') then
      execute format('create policy project on %I using (%s) with check (%s)', t, visible, visible);
    end if;
  end loop;

  -- These are read before the list of projects is known, by what the caller has shown so far.
  execute format($p$create policy project on projects using (%1$s or current_setting('hearst.role', true) = 'super_admin')
    with check (%1$s or current_setting('hearst.role', true) = 'super_admin')$p$, visible);
  execute format($p$create policy project on agents
    using (%1$s or agent_id::text = nullif(current_setting('hearst.agent_id', true), '')) with check (%1$s)$p$, visible);
  execute format($p$create policy project on enrolment_tokens
    using (%1$s or encode(token_hash, 'hex') = nullif(current_setting('hearst.token_hash', true), '')) with check (%1$s)$p$, visible);
  execute format($p$create policy project on api_keys
    using (%1$s or encode(token_hash, 'hex') = nullif(current_setting('hearst.token_hash', true), '')) with check (%1$s)$p$, visible);
end $$;

-- Anyone connected may read the epoch; nobody but a superuser may change it.
create policy read_only on installation for select using (only_row);

-- Grants: what each program needs and no more --------------------------------------------------------------

grant select on projects, installation to hearst_ingest, hearst_api;
grant select, insert, update on transformers, containers, miners, meters to hearst_ingest;
grant select, update on agents to hearst_ingest;
grant select, insert on container_frames, meter_frames, agent_events, quarantine to hearst_ingest;
grant update (released_at) on quarantine to hearst_ingest;
grant select, insert, delete on ingest_keys to hearst_ingest;

grant insert, update on projects to hearst_api;
grant select, insert, update on transformers, containers, miners, meters, agents, enrolment_tokens, api_keys to hearst_api;
grant select on container_frames, meter_frames, agent_events, quarantine to hearst_api;
