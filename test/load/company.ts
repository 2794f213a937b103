import pg from 'pg';

/** How large a generated company is. Containers are spread evenly over its projects. */
export interface CompanySize {
  readonly projects: number;
  readonly containers: number;
  /** Slots of each container. */
  readonly miners: number;
}

/** Hearst as it begins, and as it is meant to grow. */
export const ONE_PROJECT: CompanySize = { projects: 1, containers: 58, miners: 308 };
export const HUNDRED_PROJECTS: CompanySize = { projects: 100, containers: 3_247, miners: 308 };

/** The n-th project, from 1, and its k-th container. */
export const projectOf = (n: number): string => `S${String(n).padStart(3, '0')}-001`;
export const containerOf = (n: number, k: number): string =>
  `S${String(n).padStart(3, '0')}-C${String(k).padStart(2, '0')}`;

/** So long an interval that nothing turns stale while it is measured. */
const INTERVAL_S = 86_400;
/** Open alerts, of which a fifth are critical; ten times as many are resolved. */
const ALERTS_PER_CONTAINER = 0.2;

/**
 * Writes a company straight into Postgres as its superuser: every container fresh, 5 % of the miners dead, each with a
 * serial, a MAC and an address of its own. A million miners take about a minute.
 */
export async function generateCompany(url: string, size: CompanySize): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set synchronous_commit = off; set maintenance_work_mem = 256000');
    await client.query(PROJECTS, [size.projects]);
    await client.query(TRANSFORMERS, [size.projects, size.containers]);
    await client.query(CONTAINERS, [size.projects, size.containers, size.miners, INTERVAL_S]);
    await client.query(MINERS, [size.miners]);
    await client.query(ALERTS, [ALERTS_PER_CONTAINER]);
    for (const table of ['projects', 'transformers', 'containers', 'miners', 'alerts'])
      await client.query(`vacuum (analyze) ${table}`);
  } finally {
    await client.end();
  }
}

const PROJECTS = `
  insert into projects (project_id, name, status, time_zone, cooling_kind, total_containers, target_hashrate_eh, target_power_mw)
  select format('S%s-001', lpad(n::text, 3, '0')), format('Site %s', n), 'active', 'Asia/Qatar', 'hydro', 58, 8.45, 102.37
    from generate_series(1, $1::int) n`;

/** Two containers to a transformer; containers are dealt out like cards: the k-th one of project n. */
const TRANSFORMERS = `
  insert into transformers (project_id, transformer_id, rated_kva, status, load_pct, active_power_kw, state_at)
  select distinct format('S%s-001', lpad(n::text, 3, '0')), format('S%s-T%s', lpad(n::text, 3, '0'), lpad(t::text, 2, '0')),
    3750, 'active', 95.5, 3530, now()
  from (select (i % $1::int) + 1 as n, (i / $1::int) / 2 + 1 as t from generate_series(0, $2::int - 1) i) dealt`;

const CONTAINERS = `
  insert into containers (project_id, container_id, transformer_id, model, layout, status, miners_expected, has_cooling,
    hashrate_th, hashrate_expected_th, power_consumption_kw, power_source, miners_active, miners_answering, miners_total,
    temp_supply_c, temp_return_c, temp_chip_max_c, temp_chip_avg_c, flow_m3h, pressure_supply_bar, pressure_return_bar,
    cooling, interval_s, state_at)
  select format('S%s-001', p), format('S%s-C%s', p, lpad(k::text, 2, '0')), format('S%s-T%s', p, lpad(((k + 1) / 2)::text, 2, '0')),
    'ANTSPACE HD5', '{"rows": 14, "columns": 22, "order": "row"}', 'active', $3, true,
    145000 + random() * 600, 145684, 1760 + random() * 10, 'controller', 300, 302, $3,
    30 + random(), 45 + random(), 71.5, 66.25, 78.5, 2.1, 1.4,
    '{"temp_supply_c": 30.5, "temp_return_c": 45.5, "flow_m3h": 78.5, "pump_circulating": 1}', $4, now()
  from (select lpad(((i % $1::int) + 1)::text, 3, '0') as p, i / $1::int + 1 as k from generate_series(0, $2::int - 1) i) dealt`;

const MINERS = `
  insert into miners (project_id, miner_id, container_id, position, model, serial, mac, ip, firmware, status, hashrate_th,
    hashrate_expected_th, power_w, temp_chip_c, temp_board_c, temp_inlet_c, temp_outlet_c, uptime_s, last_seen_at, state_at)
  select c.project_id, format('%s-M%s', c.container_id, lpad(n::text, 3, '0')), c.container_id, n,
    'Antminer S21 XP Hyd.', upper('HTR' || substr(h, 1, 14)),
    upper(format('%s:%s:%s:%s:%s:%s', substr(h, 1, 2), substr(h, 3, 2), substr(h, 5, 2), substr(h, 7, 2), substr(h, 9, 2), substr(h, 11, 2))),
    format('10.%s.%s.%s', c.ordinal % 200 + 1, c.ordinal / 200, n % 254 + 1), '2025-01-06',
    case when dead then 'offline' else 'hashing' end, case when not dead then 473 + random() * 4 end, 473,
    case when not dead then 5670 + random() * 40 end, case when not dead then 66.5 end, case when not dead then 58.25 end,
    case when not dead then 30.5 end, case when not dead then 45.5 end, 86400, now(), now()
  from (select project_id, container_id, row_number() over (order by project_id, container_id) as ordinal from containers) c
  cross join generate_series(1, $1::int) n
  cross join lateral (select md5(c.container_id || n) as h, (c.ordinal * 31 + n) % 20 = 0 as dead) m
  order by c.project_id, c.container_id, n`;

const ALERTS = `
  insert into alerts (project_id, timestamp, alert_type, severity, target_type, target_id, message, status)
  select project_id, now() - i * interval '7 minutes', 'high_temperature',
    (array['critical', 'warning', 'warning', 'info', 'info'])[i % 5 + 1], 'container', container_id,
    'Supply temperature high', case when i % 11 = 0 then 'active' else 'resolved' end
  from (select project_id, container_id, row_number() over (order by container_id, n)::int as i
    from containers cross join generate_series(1, 11) n where random() < $1) dealt`;
