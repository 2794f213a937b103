-- The company's history: what the projects' rows of `metrics` make together, for whoever asks.

-- Buckets that late frames were added to are few, and every chart asks whether there are any.
create index metrics_late on metrics (project_id, scope, scope_id, resolution_s, timestamp) where late;

-- What charts of projects and of the company show unless asked for more, side by side: rows of `metrics` are wide, and
-- those of one project lie far apart. Of a hundred rows one is a project's, so it costs next to nothing.
create index metrics_of_projects on metrics (project_id, scope_id, resolution_s, timestamp)
  include (hashrate_eh, power_mw, hashrate_ths_sum, hashrate_ths_count, power_kw_sum, power_kw_count,
    temp_supply_c_sum, temp_supply_c_count, temp_return_c_sum, temp_return_c_count, temp_chip_c_sum, temp_chip_c_count,
    reporting, expected)
  where scope = 'project';

-- The columns of `metrics`, with no project: the sum over every visible project that is not archived. Levels add up the
-- projects' averages over the bucket (`sum / count` is the company's); their least and most cannot be had from the
-- projects', which reach theirs at different moments. Temperatures, pressures and loads are averaged by readings. The
-- company's days are UTC's: rows of a project's own days are in no sum, unless its midnight is UTC's. A project without a
-- row is in neither reporting nor expected.
do $$
declare
  levels text[] := array['hashrate_ths', 'power_kw', 'miners_active', 'miners_answering', 'flow_m3h'];
  means text[] := array['temp_supply_c', 'temp_return_c', 'temp_chip_c', 'temp_board_c', 'pressure_supply_bar',
    'pressure_return_bar', 'load_pct'];
  -- What a row says by itself; somebody may have written these alone.
  one jsonb := '{"hashrate_ths": "m.hashrate_eh * 1e6", "power_kw": "m.power_mw * 1e3"}';
  columns text := '';
  told text;
  what text;
begin
  for what in
    select attname from pg_attribute where attrelid = 'metrics'::regclass and attnum > 0 and not attisdropped order by attnum
  loop
    told := regexp_replace(what, '_(sum|min|max|count)$', '');
    columns := columns || ', ' || case
      when what = 'project_id' then 'null::text'
      when what in ('scope', 'scope_id') then '''global''::text'
      when what in ('resolution_s', 'timestamp') then 'm.' || what
      when what in ('hashrate_eh', 'power_mw') then format('sum(m.%s)', what)
      when what in ('active_containers', 'reporting', 'expected') then format('sum(m.%s)::integer', what)
      when what in ('power_source', 'source') then
        format('case when min(m.%1$s) = max(m.%1$s) then min(m.%1$s) when count(m.%1$s) > 0 then ''mixed'' end', what)
      when what = 'late' then 'bool_or(m.late)'
      when what = 'updated_at' then 'max(m.updated_at)'
      when what = 'transformer_id' then 'null::text'
      when told = any (levels) and what like '%\_sum' then
        format('sum(coalesce(m.%1$s_sum / nullif(m.%1$s_count, 0), %2$s)) * max(coalesce(nullif(m.%1$s_count, 0), num_nonnulls(%2$s)))',
          told, coalesce(one ->> told, 'null::double precision'))
      when told = any (levels) and what like '%\_count' then
        format('max(coalesce(nullif(m.%1$s_count, 0), num_nonnulls(%2$s)))', told, coalesce(one ->> told, 'null::double precision'))
      when told = any (levels) then 'null::double precision'
      when told = any (means) and what like '%\_count' then format('sum(m.%s)::bigint', what)
      when told = any (means) then format('%s(m.%s)', substring(what from '_([a-z]+)$'), what)
      -- Amounts.
      else format('sum(m.%s)', what)
    end || ' as ' || what;
  end loop;
  execute format($v$
    create view metrics_global with (security_invoker = true) as
      select %s from projects p join metrics m on m.project_id = p.project_id
      where p.status <> 'archived' and m.scope = 'project' and m.scope_id = p.project_id
        and (m.resolution_s <> 86400 or extract(epoch from m.timestamp) %% 86400 = 0)
      group by m.resolution_s, m.timestamp$v$, substr(columns, 3));
end $$;

grant select on metrics_global to hearst_api;
