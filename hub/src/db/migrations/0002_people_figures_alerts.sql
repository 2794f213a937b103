-- People and what they may see, what anybody changed, figures over time, alerts and their life.
--
-- The rules of 0001 hold. What belongs to no project carries 'HEARST-000', which only super admins have in their list.

-- Judging what is current ------------------------------------------------------------------------------------

-- Whether a container's latest state counts in sums: it answered, and its frame is at most five of its intervals old
-- (hub/src/freshness.ts says the same). One place for views and queries; inlined by the planner.
create function is_reporting(status text, state_at timestamptz, interval_s double precision, now timestamptz)
  returns boolean language sql stable
  return coalesce(status not in ('offline', 'planned')
    and state_at >= now - make_interval(secs => 5 * coalesce(interval_s, 60)), false);

-- What a person writes by hand, without saying when, was seen now.
create function state_is_now() returns trigger language plpgsql as $$
begin
  new.state_at := now();
  return new;
end $$;

-- Inventory: what people edit carries a version, which moves with their changes and not with readings ---------

alter table projects add column version integer not null default 1;
alter table transformers add column version integer not null default 1;
alter table containers add column version integer not null default 1;
create trigger containers_by_hand before insert on containers for each row
  when (new.state_at is null and (new.hashrate_th is not null or new.power_consumption_kw is not null or new.miners_active is not null))
  execute function state_is_now();

alter table miners
  add column pool text,
  add column worker text,
  add column efficiency_j_per_th double precision
    generated always as (case when hashrate_th > 0 then power_w / hashrate_th end) stored;
create trigger miners_by_hand before insert on miners for each row
  when (new.state_at is null and (new.hashrate_th is not null or new.power_w is not null))
  execute function state_is_now();

-- Search: by the beginning of a serial, MAC or IP, and by the end of a serial or MAC, which is what one reads off a label
-- in the dark. Under row security only leakproof operators may use an index, and LIKE and upper() are not: so serials and
-- MACs are kept in one spelling, compared byte by byte (collation C) as ranges, and their last characters reversed beside
-- them. (A search by LIKE read a million rows: 9 s against 1 ms, measured.) None of these changes with a reading (HOT).
alter table miners
  alter column serial type text collate "C",
  alter column mac type text collate "C",
  alter column ip type text collate "C";
create function spell_identity() returns trigger language plpgsql as $$
begin
  new.serial := upper(btrim(new.serial));
  new.mac := upper(btrim(new.mac));
  if translate(new.mac, ':-.', '') ~ '^[0-9A-F]{12}$' then
    new.mac := regexp_replace(translate(new.mac, ':-.', ''), '(..)(?!$)', '\1:', 'g');
  end if;
  return new;
end $$;
create trigger miners_identity before insert or update of serial, mac on miners for each row
  when (new.serial is not null or new.mac is not null) execute function spell_identity();
alter table miners
  add column serial_end text collate "C" generated always as (reverse(right(serial, 8))) stored,
  add column mac_end text collate "C" generated always as (reverse(right(translate(mac, ':', ''), 6))) stored;
create index miners_serial on miners (project_id, serial) where serial is not null;
create index miners_serial_end on miners (project_id, serial_end) where serial_end is not null;
create index miners_mac on miners (project_id, mac) where mac is not null;
create index miners_mac_end on miners (project_id, mac_end) where mac_end is not null;
create index miners_ip on miners (project_id, ip) where ip is not null;

-- People ------------------------------------------------------------------------------------------------------

create table users (
  project_id text not null default 'HEARST-000' check (project_id = 'HEARST-000'),
  user_id uuid not null default gen_random_uuid(),
  -- In small letters; what people sign in with.
  email text not null check (email = lower(email)),
  name text not null default '',
  role text not null default 'viewer' check (role in ('super_admin', 'project_manager', 'operator', 'viewer')),
  status text not null default 'invited' check (status in ('invited', 'active', 'disabled')),
  language text not null default 'fr' check (language in ('fr', 'en')),
  -- argon2id; null until the invitation is accepted.
  password_hash text,
  -- A printed one-time password: nothing but changing it works.
  password_one_time boolean not null default false,
  password_changed_at timestamptz,
  -- Sealed with hub.key. Counts from totp_enabled_at on; the last time step used is never taken again.
  totp_secret bytea,
  totp_enabled_at timestamptz,
  totp_last_step bigint,
  signed_in_at timestamptz,
  version integer not null default 1,
  created_by text not null default 'system',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, user_id)
);
create unique index users_email on users (project_id, email);

-- Where a person's role holds. Name, e-mail and role are copies (the same transaction changes both), so that a project
-- manager sees who has access without seeing people of elsewhere.
create table user_project_access (
  project_id text not null references projects,
  user_id uuid not null,
  email text not null,
  name text not null default '',
  role text not null default 'viewer' check (role in ('super_admin', 'project_manager', 'operator', 'viewer')),
  granted_by text not null default 'system',
  granted_at timestamptz not null default now(),
  primary key (project_id, user_id)
);

create table sessions (
  project_id text not null default 'HEARST-000' check (project_id = 'HEARST-000'),
  session_id uuid not null default gen_random_uuid(),
  -- SHA-256 of the cookie's 256 random bits.
  token_hash bytea not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  -- When the password was last shown: what needs a fresh one compares with this.
  proved_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  second_factor boolean not null default false,
  address text,
  user_agent text,
  revoked_at timestamptz,
  primary key (project_id, session_id)
);
create unique index sessions_token on sessions (project_id, token_hash);
create index sessions_user on sessions (project_id, user_id);

create table invitations (
  project_id text not null default 'HEARST-000' check (project_id = 'HEARST-000'),
  token_hash bytea not null,
  user_id uuid not null,
  created_by text not null default 'system',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (project_id, token_hash)
);

-- Failed sign-ins by account, by address and of everybody: what the growing delays are computed from, in all hubs.
create table sign_in_failures (
  project_id text not null default 'HEARST-000' check (project_id = 'HEARST-000'),
  -- 'account:...', 'address:...' or 'all'.
  subject text not null,
  failures integer not null default 0,
  last_at timestamptz not null default now(),
  blocked_until timestamptz,
  primary key (project_id, subject)
);

alter table api_keys
  add column verbs text[] not null default '{read,write}' check (verbs <@ '{read,write}'::text[] and cardinality(verbs) > 0);

-- What a POST with an Idempotency-Key has answered, for 24 h. The answer is sealed with hub.key: it may hold a secret.
create table idempotency_keys (
  project_id text not null default 'HEARST-000' check (project_id = 'HEARST-000'),
  -- Who asked: hearst.user_id.
  principal text not null,
  key text not null,
  request_hash bytea not null,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (project_id, principal, key)
);
create index idempotency_keys_age on idempotency_keys (project_id, created_at);

-- Who changed what, from where. Append-only (nobody is granted more); each row's hash covers the one before it in the
-- same project, so a changed or missing row is found.
create table activity_logs (
  project_id text not null,
  seq bigint not null,
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'api_key', 'agent', 'system')),
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target_type text not null,
  target_id text not null,
  address text,
  request_id text,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (project_id, seq)
);
create index activity_logs_at on activity_logs (project_id, at);
create index activity_logs_target on activity_logs (project_id, target_type, target_id, seq);

-- Figures over time -------------------------------------------------------------------------------------------

-- One row per bucket. Sum, min, max and count of each quantity are kept, so that any average stays right when buckets
-- are joined; count is of readings. hashrate_eh and power_mw are the bucket's averages, as the mission's document has
-- them. Global figures are no rows: they are the sum over the projects that the asker may see.
create table metrics (
  project_id text not null,
  scope text not null default 'project' check (scope in ('project', 'transformer', 'container')),
  scope_id text not null,
  -- Seconds: 300, 3600 and 86400 are rolled up here, 900 came with an older system's history.
  resolution_s integer not null default 300 check (resolution_s in (300, 900, 3600, 86400)),
  -- The bucket's beginning.
  timestamp timestamptz not null default now(),
  hashrate_eh double precision,
  power_mw double precision,
  active_containers integer,
  hashrate_ths_sum double precision,
  hashrate_ths_min double precision,
  hashrate_ths_max double precision,
  hashrate_ths_count bigint,
  power_kw_sum double precision,
  power_kw_min double precision,
  power_kw_max double precision,
  power_kw_count bigint,
  miners_active_sum double precision,
  miners_active_min double precision,
  miners_active_max double precision,
  miners_active_count bigint,
  temp_supply_c_sum double precision,
  temp_supply_c_min double precision,
  temp_supply_c_max double precision,
  temp_supply_c_count bigint,
  temp_return_c_sum double precision,
  temp_return_c_min double precision,
  temp_return_c_max double precision,
  temp_return_c_count bigint,
  temp_chip_c_sum double precision,
  temp_chip_c_min double precision,
  temp_chip_c_max double precision,
  temp_chip_c_count bigint,
  -- How many members reported in the bucket, of how many expected: containers of a project, miners of a container.
  reporting integer,
  expected integer,
  -- 'rollup', or where rows came from that were not rolled up here.
  source text not null default 'rollup',
  updated_at timestamptz not null default now(),
  primary key (project_id, scope, scope_id, resolution_s, timestamp)
) partition by list (resolution_s);
create table metrics_fine partition of metrics for values in (300, 900) partition by range (timestamp);
create table metrics_fine_default partition of metrics_fine default;
create table metrics_hours partition of metrics for values in (3600);
create table metrics_days partition of metrics for values in (86400);

-- Alerts ------------------------------------------------------------------------------------------------------

create table alert_rules (
  -- 'HEARST-000' for a rule of every project; a project's own row of the same id takes its place there.
  project_id text not null,
  rule_id text not null,
  alert_type text not null,
  severity text not null default 'warning' check (severity in ('critical', 'warning', 'info')),
  enabled boolean not null default true,
  -- Condition, hold time, clear condition, keep-firing time, as the evaluator reads them.
  definition jsonb not null default '{}',
  version integer not null default 1,
  updated_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, rule_id)
);

create sequence alerts_id_seq;
create table alerts (
  project_id text not null,
  -- One sequence for all projects: an id alone names an alert, and no key leaves the project.
  id bigint not null default nextval('alerts_id_seq'),
  -- When it became active.
  timestamp timestamptz not null default now(),
  alert_type text not null default 'custom',
  severity text not null default 'warning' check (severity in ('critical', 'warning', 'info')),
  target_type text not null default 'project'
    check (target_type in ('global', 'project', 'agent', 'transformer', 'container', 'miner')),
  target_id text not null default '',
  message text not null default '',
  -- 'pending' is the hold time: seen by nobody.
  status text not null default 'active' check (status in ('pending', 'active', 'acknowledged', 'resolved')),
  rule_id text,
  value double precision,
  threshold double precision,
  unit text,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  occurrences integer not null default 1,
  -- The alert that explains this one, and the one that this one repeats.
  parent_id bigint,
  previous_id bigint,
  -- True while the condition still holds: such an alert cannot be resolved by hand. False where nothing measures it.
  condition_holds boolean not null default false,
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledged_until timestamptz,
  assignee text,
  resolved_at timestamptz,
  resolved_by text,
  silenced_until timestamptz,
  flapping boolean not null default false,
  data jsonb not null default '{}',
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (project_id, id)
) with (fillfactor = 80);
alter sequence alerts_id_seq owned by alerts.id;
create index alerts_open on alerts (project_id, severity, timestamp) where status in ('active', 'acknowledged');
create index alerts_at on alerts (project_id, timestamp);
-- One open alert per rule and object.
create unique index alerts_key on alerts (project_id, rule_id, target_type, target_id)
  where rule_id is not null and status in ('pending', 'active', 'acknowledged');

create table alert_events (
  project_id text not null,
  alert_id bigint not null,
  ordinal integer not null,
  at timestamptz not null default now(),
  kind text not null,
  actor text not null,
  note text,
  data jsonb not null default '{}',
  primary key (project_id, alert_id, ordinal),
  foreign key (project_id, alert_id) references alerts on delete cascade
);

create table maintenance_windows (
  project_id text not null,
  window_id uuid not null default gen_random_uuid(),
  target_type text not null check (target_type in ('project', 'transformer', 'container', 'miner')),
  target_id text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  reason text not null default '',
  created_by text not null,
  ended_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, window_id)
);

create table notification_channels (
  project_id text not null,
  channel_id uuid not null default gen_random_uuid(),
  kind text not null,
  name text not null,
  min_severity text not null default 'warning' check (min_severity in ('critical', 'warning', 'info')),
  enabled boolean not null default true,
  config jsonb not null default '{}',
  -- Sealed with hub.key.
  secret bytea,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, channel_id)
);

create table deliveries (
  project_id text not null,
  delivery_id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  alert_id bigint,
  kind text not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  last_error text,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  primary key (project_id, delivery_id)
);
create index deliveries_due on deliveries (project_id, next_attempt_at) where status = 'pending';

-- Row security ---------------------------------------------------------------------------------------------------

do $$
declare
  t text;
  visible text := $p$project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))$p$;
  me text := $p$nullif(current_setting('hearst.user_id', true), '')$p$;
  shown text := $p$encode(token_hash, 'hex') = nullif(current_setting('hearst.token_hash', true), '')$p$;
  -- Empty while the hub finds out who is asking and where somebody acts on their own account.
  role text := $p$coalesce(current_setting('hearst.role', true), '')$p$;
  or_nobody text := format($p$ or %s = ''$p$, role);
  or_shown text := format($p$ or (%s = '' and %s)$p$, role, shown);
  or_mine text := format($p$ or (%s = '' and user_id::text = %s)$p$, role, me);
begin
  foreach t in array array['users', 'user_project_access', 'sessions', 'invitations', 'sign_in_failures',
    'idempotency_keys', 'activity_logs', 'metrics', 'metrics_fine', 'metrics_fine_default', 'metrics_hours',
    'metrics_days', 'alert_rules', 'alerts', 'alert_events', 'maintenance_windows', 'notification_channels',
    'deliveries'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    if t not in ('users', 'user_project_access', 'sessions', 'invitations', 'idempotency_keys') then
      execute format('create policy project on %I using (%s) with check (%s)', t, visible, visible);
    end if;
  end loop;

  -- Read before the list of projects is known, by what the caller has shown, and by people of their own account.
  execute format($p$create policy project on users
    using (%1$s or user_id::text = %2$s or email = nullif(current_setting('hearst.login', true), ''))
    with check (%1$s or user_id::text = %2$s)$p$, visible, me);
  execute format($p$create policy project on user_project_access using (%1$s or user_id::text = %2$s) with check (%1$s)$p$,
    visible, me);
  execute format($p$create policy project on sessions using (%1$s or %3$s or user_id::text = %2$s)
    with check (%1$s or user_id::text = %2$s)$p$, visible, me, shown);
  execute format($p$create policy project on invitations using (%1$s or %2$s) with check (%1$s or %2$s)$p$, visible, shown);
  execute format($p$create policy project on idempotency_keys using (%1$s or principal = %2$s)
    with check (%1$s or principal = %2$s)$p$, visible, me);

  -- The role first: it is the same for every row, while the list is taken apart for each.
  execute format($p$alter policy project on projects using (current_setting('hearst.role', true) = 'super_admin' or %1$s)
    with check (current_setting('hearst.role', true) = 'super_admin' or %1$s)$p$, visible);

  -- Roles, held by the database too. Restrictive: on top of the project's policy, for the login that people's requests
  -- use. Only managers change what is inside a project. Without a role nothing is changed but what an enrolling agent, a
  -- key in use and a person's own account need, so that a request which forgets its role fails.
  foreach t in array array['transformers', 'containers', 'miners', 'meters', 'agents', 'enrolment_tokens', 'alert_rules',
    'alerts', 'alert_events', 'maintenance_windows', 'notification_channels', 'deliveries'] loop
    execute format($p$create policy writers_insert on %I as restrictive for insert to hearst_api
      with check (%s in ('super_admin', 'project_manager'%s))$p$, t, role, case t when 'agents' then $p$, ''$p$ end);
  end loop;
  -- (A project's row is locked by whoever enrols in it, which the condition on what is written lets be.)
  foreach t in array array['projects', 'transformers', 'containers', 'miners', 'meters', 'agents', 'enrolment_tokens',
    'api_keys', 'users', 'invitations', 'alert_rules', 'alerts', 'maintenance_windows', 'notification_channels',
    'deliveries'] loop
    execute format($p$create policy writers_update on %I as restrictive for update to hearst_api
      %s (%s in ('super_admin', 'project_manager')%s)$p$, t, case t when 'projects' then 'with check' else 'using' end, role,
      case when t in ('users', 'invitations') then or_nobody when t in ('enrolment_tokens', 'api_keys') then or_shown end);
  end loop;

  -- People's accounts stay apart also where the list holds HEARST-000, as it does for a change that goes into the log.
  execute format($p$create policy own on users as restrictive to hearst_api using (%1$s = 'super_admin'
      or user_id::text = %2$s or email = nullif(current_setting('hearst.login', true), ''))
    with check (%1$s = 'super_admin' or user_id::text = %2$s)$p$, role, me);
  execute format($p$create policy own on sessions as restrictive to hearst_api
    using (%1$s = 'super_admin' or user_id::text = %2$s or %3$s)
    with check (%1$s = 'super_admin' or user_id::text = %2$s)$p$, role, me, shown);
  execute format($p$create policy own on invitations as restrictive to hearst_api
    using (%s = 'super_admin' or user_id::text = %s or %s)$p$, role, me, shown);
  execute format($p$create policy own on idempotency_keys as restrictive to hearst_api
    using (%s = 'super_admin' or principal = %s)$p$, role, me);

  -- Nothing is deleted but a whole archived project, by a super admin.
  foreach t in array array['projects', 'transformers', 'containers', 'miners', 'meters', 'agents', 'enrolment_tokens',
    'api_keys', 'container_frames', 'meter_frames', 'agent_events', 'ingest_keys', 'quarantine', 'metrics',
    'user_project_access', 'alert_rules', 'alerts', 'alert_events', 'maintenance_windows', 'notification_channels',
    'deliveries'] loop
    execute format($p$create policy purgers on %I as restrictive for delete to hearst_api
      using (%s = 'super_admin')$p$, t, role);
    execute format('grant delete on %I to hearst_api', t);
  end loop;

  -- Viewers see projects, their list of containers and figures; nothing inside. Without a role what is shown is what
  -- tells who is asking, the log's end, which the next entry's hash covers, and alerts to be counted: a viewer's figures
  -- say how many are open, so their role is laid down for that one statement.
  foreach t in array array['transformers', 'miners', 'meters', 'agents', 'enrolment_tokens', 'api_keys',
    'container_frames', 'meter_frames', 'agent_events', 'ingest_keys', 'quarantine', 'user_project_access',
    'activity_logs', 'alert_rules', 'alerts', 'alert_events', 'maintenance_windows', 'notification_channels',
    'deliveries'] loop
    execute format($p$create policy inside on %I as restrictive for select to hearst_api
      using (%s in ('super_admin', 'project_manager', 'operator')%s)$p$, t, role,
      case when t in ('activity_logs', 'alerts') then or_nobody when t = 'user_project_access' then or_mine
        when t in ('enrolment_tokens', 'api_keys') then or_shown end);
  end loop;

  -- Projects are made and archived by super admins, and so are people and what they may see; a manager's grip ends at
  -- what exists. The keys that a manager makes reach no further than the manager.
  execute format($p$create policy makers on projects as restrictive for insert to hearst_api
    with check (%s = 'super_admin')$p$, role);
  execute format($p$create policy archivers on projects as restrictive for update to hearst_api
    using (%1$s = 'super_admin' or status <> 'archived') with check (%1$s = 'super_admin' or status <> 'archived')$p$, role);
  foreach t in array array['users', 'invitations', 'user_project_access'] loop
    execute format($p$create policy granters on %I as restrictive for insert to hearst_api
      with check (%s = 'super_admin')$p$, t, role);
  end loop;
  execute format($p$create policy regranters on user_project_access as restrictive for update to hearst_api
    using (%s = 'super_admin'%s)$p$, role, or_mine);
  execute format($p$create policy key_makers on api_keys as restrictive for insert to hearst_api
    with check (%1$s = 'super_admin' or (%1$s = 'project_manager' and role <> 'super_admin'
      and project_ids <@ string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ',')))$p$, role);
end $$;

-- Everybody may change their own row and its copies, and nobody their own role or where it holds.
create function role_is_given() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('hearst.role', true), '') <> 'super_admin' then
    raise insufficient_privilege using message = 'only a super admin changes roles and where they hold';
  end if;
  return new;
end $$;
create trigger users_role before update on users for each row
  when (new.role is distinct from old.role) execute function role_is_given();
create trigger user_project_access_role before update on user_project_access for each row
  when (new.role is distinct from old.role or new.project_id is distinct from old.project_id)
  execute function role_is_given();

-- Views: the names and columns of the mission's document -----------------------------------------------------------

create view project_overview with (security_invoker = true) as
  select p.project_id, p.name,
    count(c.container_id)::int as containers_count,
    (sum(c.miners_active) filter (where is_reporting(c.status, c.state_at, c.interval_s, now())))::int as miners_active,
    sum(c.hashrate_th) filter (where is_reporting(c.status, c.state_at, c.interval_s, now())) / 1e6 as hashrate_eh,
    sum(c.power_consumption_kw) filter (where is_reporting(c.status, c.state_at, c.interval_s, now())) / 1e3 as power_mw
  from projects p left join containers c on c.project_id = p.project_id
  where p.status <> 'archived'
  group by p.project_id, p.name;

create view global_overview with (security_invoker = true) as
  select count(*)::int as total_projects,
    (count(*) filter (where p.status = 'active'))::int as active_projects,
    coalesce(sum(o.containers_count) filter (where p.status = 'active'), 0)::int as total_containers,
    (sum(o.miners_active) filter (where p.status = 'active'))::int as total_miners,
    sum(o.hashrate_eh) filter (where p.status = 'active') as total_hashrate_eh,
    sum(o.power_mw) filter (where p.status = 'active') as total_power_mw
  from projects p join project_overview o on o.project_id = p.project_id;

-- Most important first; a severity is no word to sort by.
create view active_alerts with (security_invoker = true) as
  select a.id, p.name as project_name, a.alert_type, a.severity, a.message,
    extract(epoch from now() - a.timestamp)::double precision / 3600 as hours_since
  from alerts a join projects p on p.project_id = a.project_id
  where a.status = 'active'
  order by array_position(array['critical', 'warning', 'info'], a.severity), a.timestamp desc;

-- Grants ---------------------------------------------------------------------------------------------------------

grant select on global_overview, project_overview, active_alerts to hearst_api;
grant select, insert, update on users, alert_rules, maintenance_windows, notification_channels, deliveries to hearst_api;
-- Whoever holds an invitation may use it up, and not make it out to somebody else; a key stays what it was made as.
grant select, insert, update (used_at, expires_at) on invitations to hearst_api;
revoke update on api_keys from hearst_api;
grant update (name, expires_at, revoked_at, last_used_at) on api_keys to hearst_api;
grant select, insert, update on user_project_access to hearst_api;
grant select, insert, update, delete on sessions, sign_in_failures, idempotency_keys to hearst_api;
grant select, insert on activity_logs, alert_events to hearst_api;
grant select, insert, update on alerts to hearst_api;
grant usage on sequence alerts_id_seq to hearst_api, hearst_ingest;
grant select on metrics to hearst_api;
-- To delete a project's keys one has to name the project.
grant select (project_id) on ingest_keys to hearst_api;
grant select, insert, update on alerts, metrics to hearst_ingest;
grant select, insert on alert_events to hearst_ingest;
grant select on alert_rules, maintenance_windows to hearst_ingest;
