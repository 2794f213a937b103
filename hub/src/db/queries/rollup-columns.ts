import { AMOUNTS, LEVELS, type Level } from '../../series/quantities.ts';

/** Levels of a project or transformer that are the sum of its members'; of all others it has the average. */
const ADDED: ReadonlySet<Level> = new Set([
  'hashrate_ths',
  'power_kw',
  'miners_active',
  'miners_answering',
  'flow_m3h',
]);
export const isAdded = (level: Level): boolean => ADDED.has(level);

const LEVEL_COLUMNS = LEVELS.flatMap((level) => [`${level}_sum`, `${level}_min`, `${level}_max`, `${level}_count`]);

/** What is computed of a bucket, in the order in which statements write it. */
export const COMPUTED: readonly string[] = [
  'scope',
  'scope_id',
  'resolution_s',
  'timestamp',
  'hashrate_eh',
  'power_mw',
  'active_containers',
  'transformer_id',
  'power_source',
  ...LEVEL_COLUMNS,
  ...AMOUNTS,
  'reporting',
  'expected',
  'late',
];
const KEY = ['scope', 'scope_id', 'resolution_s', 'timestamp'];

/** What a bucket says once does not change when the inventory does. */
const KEPT: Readonly<Record<string, string>> = {
  transformer_id: 'coalesce(m.transformer_id, excluded.transformer_id)',
  late: 'm.late or excluded.late',
};

/**
 * `insert into metrics` of the columns that `select` names as `COMPUTED` does, over what is there.
 *
 * @param select its source, an SQL expression without `with`; may name `$1`, the project
 * @param expected what becomes of `expected` where the bucket exists
 */
export function upsertMetrics(select: string, expected = 'excluded.expected'): string {
  const set = COMPUTED.filter((column) => !KEY.includes(column)).map(
    (column) => `${column} = ${column === 'expected' ? expected : (KEPT[column] ?? `excluded.${column}`)}`,
  );
  return `insert into metrics as m (project_id, ${COMPUTED.join(', ')})
    select $1, ${COMPUTED.map((column) => `n.${column}`).join(', ')} from (${select}) n
    on conflict (project_id, scope, scope_id, resolution_s, timestamp)
      do update set ${set.join(', ')}, source = 'rollup', updated_at = now()`;
}

/** Several sources of power as one. */
export const oneSource = (column: string): string =>
  `case when min(${column}) = max(${column}) then min(${column}) when min(${column}) is not null then 'mixed' end`;

/** How many members report: their time by the bucket's seconds, a grain of rounding aside. */
export const reportingOf = (time: string, seconds: string): string =>
  `floor(coalesce(${time}, 0) / (${seconds}) + 1e-6)::int`;

/** A measured value as it may be reckoned with: Postgres refuses products too small for a number, which are nothing. */
export const measured = (column: string): string =>
  `case when abs(${column}) < 1e-30 then 0 else ${column} end as ${column}`;
