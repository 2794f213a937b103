-- Of which projects raw frames may be gone, and what roll-ups still have to read.

-- Raw frames before `raw_from` may be gone: what was made of them is not made again from what is left.
create table raw_horizons (
  project_id text primary key references projects on delete cascade,
  raw_from timestamptz not null
);

-- Buckets that frames came for since they were last made.
create table rollup_marks (
  project_id text not null references projects on delete cascade,
  container_id text not null,
  timestamp timestamptz not null,
  primary key (project_id, container_id, timestamp)
);

do $$
declare
  t text;
  visible text := $p$project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))$p$;
begin
  foreach t in array array['raw_horizons', 'rollup_marks'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy project on %I using (%s) with check (%s)', t, visible, visible);
  end loop;
end $$;
