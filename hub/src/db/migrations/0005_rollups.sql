-- Roll-ups: what has to be computed anew, and how far back it can be.

-- Laid down with what changed, in the same transaction; taken by the job that computes the buckets anew. No key of its own
-- besides the number, so that ingest never waits here.
create table rollup_marks (
  project_id text not null,
  mark_id bigint not null,
  scope text not null check (scope in ('container', 'meter')),
  scope_id text not null,
  -- The frame that came; null where somebody asked for the span.
  frame_at timestamptz,
  -- What it may have changed: buckets that this span touches.
  from_at timestamptz not null,
  to_at timestamptz not null,
  primary key (project_id, mark_id)
);
create sequence rollup_marks_mark_id_seq owned by rollup_marks.mark_id;
alter table rollup_marks alter column mark_id set default nextval('rollup_marks_mark_id_seq');

-- Single buckets to be computed at a set time: hours and days behind their five minutes, and what was still running.
create table rollup_dues (
  project_id text not null,
  scope text not null check (scope in ('container', 'transformer', 'project')),
  scope_id text not null,
  resolution_s integer not null check (resolution_s in (300, 3600, 86400)),
  timestamp timestamptz not null,
  -- Of a day, which may have 23 or 25 hours.
  ends_at timestamptz not null,
  due_at timestamptz not null,
  primary key (project_id, scope, scope_id, resolution_s, timestamp)
);
create index rollup_dues_due on rollup_dues (project_id, resolution_s, due_at);

-- Raw frames before this moment may be gone: what comes from before it is added to the buckets there are.
create table raw_horizons (
  project_id text primary key,
  raw_from timestamptz not null
);

-- The counter reading before and after any moment (counters travel with every fifth poll), and what a container that does
-- not answer was last expected to do.
create index meter_frames_counter on meter_frames (project_id, meter_id, at) where energy_import_kwh is not null;
create index container_frames_expected on container_frames (project_id, container_id, at)
  where hashrate_expected_ths is not null;

-- Row security --------------------------------------------------------------------------------------------------

do $$
declare
  visible text := $p$project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))$p$;
  role text := $p$coalesce(current_setting('hearst.role', true), '')$p$;
  t text;
begin
  foreach t in array array['rollup_marks', 'rollup_dues', 'raw_horizons'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy project on %I using (%s) with check (%s)', t, visible, visible);
    -- Requests see none of it; they take a purged project's rows away.
    execute format($p$create policy purgers on %I as restrictive for delete to hearst_api
      using (%s = 'super_admin')$p$, t, role);
    execute format($p$create policy inside on %I as restrictive for select to hearst_api
      using (%s in ('super_admin', 'project_manager', 'operator'))$p$, t, role);
    execute format('grant delete on %I to hearst_api', t);
    execute format('grant select (project_id) on %I to hearst_api', t);
  end loop;
end $$;

grant select, insert, delete on rollup_marks to hearst_ingest;
grant usage on sequence rollup_marks_mark_id_seq to hearst_ingest;
grant select, insert, update, delete on rollup_dues to hearst_ingest;
-- Who may update it may lock it, which orders those who compute buckets and those who let raw frames go.
grant select, update on raw_horizons to hearst_ingest;
