-- History: what buckets hold, how long it is kept, and what reports need besides.

-- A frame's coldest board: roll-ups tell least, average and most.
alter table container_frames add column temp_board_min_c real;

-- Buckets -------------------------------------------------------------------------------------------------------

-- Levels (hub/src/series/quantities.ts): sum, min, max and count, `sum / count` being the average of the scope as a whole
-- over the bucket. A project's or transformer's min and max are of its five-minute averages; temperatures' are of single
-- miners. Amounts: what adds up over time.
alter table metrics
  -- Whose a container's bucket is, as the inventory was when the bucket was first made: moving it later rewrites nothing.
  add column transformer_id text,
  -- Where power_kw came from: 'meter', 'controller', 'miners', or 'mixed'.
  add column power_source text,
  add column miners_answering_sum double precision,
  add column miners_answering_min double precision,
  add column miners_answering_max double precision,
  add column miners_answering_count bigint,
  add column temp_board_c_sum double precision,
  add column temp_board_c_min double precision,
  add column temp_board_c_max double precision,
  add column temp_board_c_count bigint,
  add column flow_m3h_sum double precision,
  add column flow_m3h_min double precision,
  add column flow_m3h_max double precision,
  add column flow_m3h_count bigint,
  add column pressure_supply_bar_sum double precision,
  add column pressure_supply_bar_min double precision,
  add column pressure_supply_bar_max double precision,
  add column pressure_supply_bar_count bigint,
  add column pressure_return_bar_sum double precision,
  add column pressure_return_bar_min double precision,
  add column pressure_return_bar_max double precision,
  add column pressure_return_bar_count bigint,
  add column load_pct_sum double precision,
  add column load_pct_min double precision,
  add column load_pct_max double precision,
  add column load_pct_count bigint,
  -- Energy: by counters where meters have them, else the integral of power, which energy_integrated_kwh says.
  add column energy_kwh double precision,
  add column energy_integrated_kwh double precision,
  -- Hashes produced, EH: the integral of the hashrate.
  add column hashes_eh double precision,
  -- For how long readings stand, seconds; of a project or transformer its containers' together.
  add column covered_s double precision,
  -- Miner-time within covered_s: known at all, answering, hashing.
  add column miner_known_s double precision,
  add column miner_answering_s double precision,
  add column miner_active_s double precision,
  -- Hashrate times hours within covered_s: expected, and what of it was lost by cause.
  add column expected_thh double precision,
  add column lost_offline_thh double precision,
  add column lost_hot_thh double precision,
  add column lost_transformer_thh double precision,
  add column lost_unknown_thh double precision,
  -- Frames came after the raw ones of the bucket had gone, and were added to it.
  add column late boolean not null default false;

-- How long a project's history is kept, days. Hours and days of time stay for ever.
alter table projects
  add column retention_raw_days integer not null default 30 check (retention_raw_days between 1 and 3650),
  add column retention_fine_days integer not null default 365 check (retention_fine_days between 1 and 3650);

-- What electricity costs from a day on (of the project's time zone), until the next price begins.
create table electricity_prices (
  project_id text not null references projects on delete cascade,
  starts_on date not null,
  usd_per_kwh double precision not null check (usd_per_kwh between 0 and 100),
  primary key (project_id, starts_on)
);

-- Row security --------------------------------------------------------------------------------------------------

do $$
declare
  visible text := $p$project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))$p$;
  role text := $p$coalesce(current_setting('hearst.role', true), '')$p$;
  t text := 'electricity_prices';
begin
  execute format('alter table %I enable row level security', t);
  execute format('alter table %I force row level security', t);
  execute format('create policy project on %I using (%s) with check (%s)', t, visible, visible);
  execute format($p$create policy writers_insert on %I as restrictive for insert to hearst_api
    with check (%s in ('super_admin', 'project_manager'))$p$, t, role);
  execute format($p$create policy writers_update on %I as restrictive for update to hearst_api
    using (%s in ('super_admin', 'project_manager'))$p$, t, role);
  -- A price entered by mistake is taken away by whoever may enter one.
  execute format($p$create policy writers_delete on %I as restrictive for delete to hearst_api
    using (%s in ('super_admin', 'project_manager'))$p$, t, role);
  execute format($p$create policy inside on %I as restrictive for select to hearst_api
    using (%s in ('super_admin', 'project_manager', 'operator'))$p$, t, role);
end $$;

grant select, insert, update, delete on electricity_prices to hearst_api;
