-- Alerting: what holds at each device, what people say about it (silences, plans), and what was told to whom.

-- What an alert rule found in the latest readings and since when: see alerts/conditions.ts. Null: never judged.
alter table containers add column conditions jsonb;
alter table meters add column conditions jsonb;

-- The same of what is judged by the clock and not by a reading, one row for each source of such conditions.
create table standing_conditions (
  project_id text not null,
  source text not null,
  conditions jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (project_id, source)
);

-- Since when the condition of an open alert does not hold any more; resolved when that has lasted long enough.
alter table alerts add column recovering_since timestamptz;
-- What was found explained by it, and how much of the project it costs.
alter table alerts add column miners_affected integer;
alter table alerts add column hashrate_lost_ths double precision;
-- Of what the project is expected to make, 0 to 1, as of then.
alter table alerts add column hashrate_share double precision;
-- What people call a target whose id says nothing: an agent.
alter table alerts add column target_name text;
-- A new occurrence names the one before.
create index alerts_resolved on alerts (project_id, resolved_at) where status = 'resolved';

-- What happened lately at a project's agents and devices.
create index agent_events_received on agent_events (project_id, received_at);
create index agent_events_of_code on agent_events (project_id, code, at);

create table silences (
  project_id text not null,
  silence_id uuid not null default gen_random_uuid(),
  target_type text not null check (target_type in ('global', 'project', 'agent', 'transformer', 'container', 'miner')),
  target_id text not null,
  -- Null: every rule.
  rule_id text,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  reason text not null default '',
  created_by text not null,
  ended_by text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, silence_id)
);
create index silences_end on silences (project_id, ends_at);

create table maintenance_plans (
  project_id text not null,
  plan_id uuid not null default gen_random_uuid(),
  target_type text not null check (target_type in ('transformer', 'container', 'miner')),
  target_id text not null,
  -- What is to be done.
  task text not null,
  -- Due after so many hours in which the target ran, or on a day; every so many days again.
  every_running_hours double precision check (every_running_hours > 0),
  due_on date,
  every_days integer check (every_days > 0),
  last_done_at timestamptz,
  last_done_by text,
  -- Hours it ran since it was last done, as last counted.
  running_hours double precision not null default 0,
  running_counted_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, plan_id)
);

-- A channel of HEARST-000 hears of all projects.
alter table notification_channels
  add constraint notification_channels_kind check (kind in ('email', 'webhook', 'slack', 'telegram', 'pagerduty')),
  add column language text not null default 'en' check (language in ('en', 'fr')),
  -- 1: told at once; 2 and up: told when nobody acknowledged for so many times the escalation time.
  add column level smallint not null default 1 check (level between 1 and 5),
  -- { "from": "08:00", "to": "18:00", "days": [1, 2, 3, 4, 5], "time_zone": "Asia/Qatar" }: when it hears of what is not
  -- critical; null: always.
  add column hours jsonb,
  add column created_by text not null default 'system',
  add column updated_by text;

-- What a channel was told last of an alert: what it has not been told yet is what differs.
create table notification_threads (
  project_id text not null,
  channel_id uuid not null,
  alert_id bigint not null,
  told_status text not null check (told_status in ('active', 'acknowledged', 'resolved')),
  told_severity text not null check (told_severity in ('critical', 'warning', 'info')),
  told_at timestamptz not null,
  -- The delivery that began the thread.
  first_delivery_id uuid not null,
  repeats integer not null default 0,
  primary key (project_id, channel_id, alert_id),
  foreign key (project_id, alert_id) references alerts on delete cascade
);

create index notification_threads_untold on notification_threads (project_id, channel_id) where told_status <> 'resolved';

alter table deliveries
  -- Where the channel stands: the alert's project or HEARST-000.
  add column channel_project_id text not null default '',
  -- One row for each recipient of an e-mail; empty elsewhere.
  add column recipient text not null default '',
  -- Set before it is sent: one that is found begun and not ended may have arrived.
  add column begun_at timestamptz,
  add constraint deliveries_kind check (kind in ('alerts', 'test', 'summary'));
create index deliveries_of_channel on deliveries (project_id, channel_id, created_at desc);

-- Row security --------------------------------------------------------------------------------------------------

do $$
declare
  visible text := $p$project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))$p$;
  role text := $p$coalesce(current_setting('hearst.role', true), '')$p$;
  t text;
begin
  foreach t in array array['standing_conditions', 'silences', 'maintenance_plans', 'notification_threads'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy project on %I using (%s) with check (%s)', t, visible, visible);
    execute format($p$create policy inside on %I as restrictive for select to hearst_api
      using (%s in ('super_admin', 'project_manager', 'operator'))$p$, t, role);
    -- A plan is taken away by whoever may make one, a silence ends; the rest goes with its project.
    execute format($p$create policy %s on %I as restrictive for delete to hearst_api using (%s in ('super_admin'%s))$p$,
      case t when 'maintenance_plans' then 'writers_delete' else 'purgers' end, t, role,
      case t when 'maintenance_plans' then $p$, 'project_manager'$p$ end);
    execute format('grant select, delete on %I to hearst_api', t);
  end loop;
  foreach t in array array['silences', 'maintenance_plans'] loop
    execute format($p$create policy writers_insert on %I as restrictive for insert to hearst_api
      with check (%s in ('super_admin', 'project_manager'))$p$, t, role);
    execute format($p$create policy writers_update on %I as restrictive for update to hearst_api
      using (%s in ('super_admin', 'project_manager'))$p$, t, role);
    execute format('grant insert, update on %I to hearst_api', t);
  end loop;
end $$;

grant select, insert, update on standing_conditions, notification_threads, deliveries to hearst_ingest;
grant select on silences, notification_channels to hearst_ingest;
grant select, update on maintenance_plans to hearst_ingest;
-- What the hub does by itself stands in the activity log like everything else.
grant select, insert on activity_logs to hearst_ingest;
