-- The old single-site database of Qatar, as it is known: one site, so nothing has a project. Written down on its own:
-- it shares nothing with the importer, so what both believe of the old structure is compared, not repeated.
--
-- Full size: 58 containers, 17,864 miners, one year of metrics every 15 minutes (35,040 until 2026-11-23 11:45), times
-- in UTC without saying so.

create table containers (
  container_id varchar(20) primary key,
  name varchar(100),
  status varchar(20) not null default 'offline',
  hashrate_th numeric(12, 3),
  power_consumption_kw double precision,
  miners_active integer default 0,
  temperature double precision,
  settings json,
  last_update timestamp,
  created_at timestamp default now()
);

create table miners (
  miner_id varchar(30),
  container_id varchar(20) references containers,
  position integer,
  model varchar(60),
  serial_number varchar(60),
  mac_address macaddr,
  ip_address inet,
  firmware_version varchar(60),
  status varchar(20) not null default 'offline',
  hashrate_th double precision,
  power_w integer,
  temperature real,
  last_seen timestamptz,
  notes text,
  created_at timestamp default now(),
  primary key (container_id, miner_id)
);

create table metrics (
  id bigserial primary key,
  timestamp timestamp not null,
  hashrate_eh numeric(12, 9),
  power_mw double precision,
  active_containers integer
);
create index metrics_timestamp on metrics (timestamp);

create table operators (login text primary key, password text);

-- C07 is down, C31 in maintenance, the rest run. Every other id carries the site's letters already.
insert into containers
  select case when n % 2 = 0 then 'QATAR-' else '' end || 'C' || lpad(n::text, 2, '0'), 'Container ' || n,
    case n when 7 then 'offline' when 31 then 'Maintenance' else 'online' end,
    case when n not in (7, 31) then 145000 + n * 12.125 end,
    case when n not in (7, 31) then 1760.5 + n / 8.0 end,
    case when n in (7, 31) then 0 else 300 + n % 9 end,
    31.5 + n / 100.0, json_build_object('pump_setpoint_c', 35 + n / 10.0),
    timestamp '2026-11-23 11:58:00', timestamp '2025-06-01 08:00:00' + n * interval '1 day'
  from generate_series(1, 58) n;

-- Of one container all ids are written out, of the next with the container's, of the next with nothing but the slot's.
insert into miners
  select case n % 3 when 0 then 'QATAR-' || c || '-' when 1 then c || '-' else '' end || 'M' || lpad(p::text, 3, '0'),
    case when n % 2 = 0 then 'QATAR-' else '' end || c, p, 'Antminer S21 XP Hyd', 'HD' || lpad((n * 1000 + p)::text, 12, '0'),
    ('02:00:00:00:' || lpad(to_hex(n), 2, '0') || ':' || lpad(to_hex(p % 256), 2, '0'))::macaddr,
    ('10.20.' || n || '.0')::inet + p, '2024.11.' || n,
    case when n in (7, 31) or p % 97 = 0 then 'offline' when p % 50 = 0 then 'idle' else 'online' end,
    case when n in (7, 31) or p % 97 = 0 then null when p % 50 = 0 then 0 else 470 + (n * 308 + p) % 7 + 0.1 end,
    case when n in (7, 31) or p % 97 = 0 then null else 5600 + (n * p) % 90 end,
    case when n not in (7, 31) then 60 + p % 13 + 0.5 end,
    timestamptz '2026-11-23 11:59:30+00' - case when p % 97 = 0 then interval '3 days' else interval '0' end,
    case when p = 1 then 'first of its row' end, timestamp '2025-06-01 08:00:00'
  from generate_series(1, 58) n, generate_series(1, 308) p, lateral (select 'C' || lpad(n::text, 2, '0') as c) named;

-- Two hours in which the pool's figures were lost, and a day on which the site stood still.
insert into metrics (timestamp, hashrate_eh, power_mw, active_containers)
  select at,
    case when at >= '2026-03-02 10:00' and at < '2026-03-02 12:00' then null
      when at::date = '2026-07-14' then 0 else 8.1 + 0.3 * sin(n / 96.0) + (n % 11) / 1000.0 end,
    case when at::date = '2026-07-14' then 1.25 else 98.5 + 2 * sin(n / 96.0) + (n % 7) / 100.0 end,
    case when at::date = '2026-07-14' then 0 else 56 - n % 3 end
  from generate_series(0, 35039) n, lateral (select timestamp '2025-11-23 12:00' + n * interval '15 minutes' as at) t;
