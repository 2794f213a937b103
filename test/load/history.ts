import pg from 'pg';
import { AMOUNTS, type Amount, LEVELS, type Level } from '../../hub/src/series/quantities.ts';

/** A stretch of history up to now: every bucket of a width, of everything of a scope. */
export interface Stretch {
  readonly scope: 'container' | 'transformer' | 'project';
  readonly resolution: 300 | 3600 | 86_400;
  readonly days: number;
}

/** A year of everything, at all three widths: 10 million rows of one project. */
export const WHOLE_YEAR: readonly Stretch[] = (['container', 'transformer', 'project'] as const).flatMap((scope) =>
  ([300, 3600, 86_400] as const).map((resolution) => ({ scope, resolution, days: 365 })),
);

/** What a hundred projects have: a year of five minutes for all of them would be 340 million rows. */
export const COMPANY_YEAR: readonly Stretch[] = [
  { scope: 'container', resolution: 86_400, days: 365 },
  { scope: 'container', resolution: 3600, days: 30 },
  { scope: 'project', resolution: 86_400, days: 365 },
  { scope: 'project', resolution: 3600, days: 365 },
  { scope: 'container', resolution: 300, days: 2 },
  { scope: 'project', resolution: 300, days: 2 },
];

/** How a container does, of which larger scopes have several. */
const SUMMED: Partial<Record<Level, number>> = {
  hashrate_ths: 145_000,
  power_kw: 1_765,
  miners_active: 300,
  miners_answering: 302,
  flow_m3h: 78.5,
};
const ALIKE: Partial<Record<Level, number>> = {
  temp_chip_c: 66.5,
  temp_board_c: 58.25,
  temp_supply_c: 30.5,
  temp_return_c: 45.5,
  pressure_supply_bar: 2.1,
  pressure_return_bar: 1.4,
};
/** Of a container, for each second. */
const PER_SECOND: Partial<Record<Amount, number>> = {
  energy_kwh: 1_765 / 3_600,
  hashes_eh: 145_000 / 1e6,
  covered_s: 1,
  miner_known_s: 308,
  miner_answering_s: 302,
  miner_active_s: 300,
  expected_thh: 145_684 / 3_600,
  lost_offline_thh: 684 / 3_600,
};

/**
 * Writes rows of `metrics` for everything that a generated company holds, as superuser: each a little different, by
 * the clock and by chance. Days are written as roll-ups do, at the midnights of the project's zone and of UTC. What a running
 * hub has computed already stays.
 *
 * @returns how many rows
 */
export async function generateHistory(url: string, stretches: readonly Stretch[]): Promise<number> {
  // Two halves at once: two cores.
  const counts = await Promise.all([0, 1].map((half) => generateHalf(url, stretches, half)));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('vacuum (analyze) metrics');
  await client.end();
  return counts.reduce((sum, count) => sum + count, 0);
}

async function generateHalf(url: string, stretches: readonly Stretch[], half: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let count = 0;
  try {
    await client.query('set synchronous_commit = off');
    for (const { scope, resolution, days } of stretches)
      for (const offset of resolution === 86_400 ? [0, -10_800] : [0]) {
        const { rowCount } = await client.query(insert(scope), [resolution, days, offset, half]);
        count += rowCount ?? 0;
      }
  } finally {
    await client.end();
  }
  return count;
}

const MEMBERS: Record<Stretch['scope'], string> = {
  container: 'select project_id, container_id as scope_id, transformer_id, 1 as size from containers',
  transformer: `select t.project_id, t.transformer_id as scope_id, null as transformer_id, count(*)::int as size
    from transformers t join containers c on c.project_id = t.project_id and c.transformer_id = t.transformer_id group by 1, 2`,
  project:
    'select project_id, project_id as scope_id, null as transformer_id, count(*)::int as size from containers group by 1',
};

/** $1 is the width in seconds, $2 how many days, $3 where days begin besides UTC's midnight (s), $4 which half of the members. */
function insert(scope: Stretch['scope']): string {
  const levels = LEVELS.flatMap((level) => {
    const each = SUMMED[level] === undefined ? ALIKE[level] : `${SUMMED[level]} * m.size`;
    const average = scope === 'transformer' && level === 'load_pct' ? '95.5' : each;
    if (average === undefined) return [];
    return [
      [`${level}_sum`, `${average} * v * n`],
      [`${level}_min`, `${average} * v * 0.99`],
      [`${level}_max`, `${average} * v * 1.01`],
      [`${level}_count`, 'n'],
    ];
  });
  const amounts = AMOUNTS.flatMap((amount) =>
    PER_SECOND[amount] === undefined ? [] : [[amount, `${PER_SECOND[amount]} * m.size * v * $1`]],
  );
  const active = scope === 'container' ? [] : [['active_containers', 'm.size']];
  const columns = [
    ['hashrate_eh', `${SUMMED.hashrate_ths} * m.size * v / 1e6`],
    ['power_mw', `${SUMMED.power_kw} * m.size * v / 1e3`],
    ...active,
    ...levels,
    ...amounts,
    ['power_source', "'controller'"],
    ['reporting', scope === 'container' ? '302' : 'm.size'],
    ['expected', scope === 'container' ? '308' : 'm.size'],
  ];
  return `
    insert into metrics (project_id, scope, scope_id, transformer_id, resolution_s, timestamp, ${columns.map(([name]) => name).join(', ')})
    select m.project_id, '${scope}', m.scope_id, m.transformer_id, $1::int, t, ${columns.map(([, value]) => value).join(', ')}
    from (select *, row_number() over (order by project_id, scope_id) as ordinal from (${MEMBERS[scope]}) all_members) m,
      generate_series(to_timestamp(floor(extract(epoch from now()) / $1::int) * $1::int + $3::int) - $2::int * interval '1 day',
        to_timestamp(floor(extract(epoch from now()) / $1::int) * $1::int + $3::int), $1::int * interval '1 second') t,
      lateral (select 1 + 0.01 * sin(extract(epoch from t) / 13751) + random() * 0.002 as v, ($1::int / 60)::int as n) w
    where m.ordinal % 2 = $4::int
    on conflict do nothing`;
}
