import type { ClientBase } from 'pg';
import { AMOUNTS, LEVELS } from '../../series/quantities.ts';
import { oneSource, reportingOf, upsertMetrics } from './rollup-columns.ts';
import type { Due } from './rollup-dues.ts';
import { timeOf } from './statements.ts';

const LEVEL_SUMS = LEVELS.map(
  (level) => `sum(m.${level}_sum order by m.timestamp) as ${level}_sum, min(m.${level}_min) as ${level}_min,
    max(m.${level}_max) as ${level}_max, sum(m.${level}_count)::bigint as ${level}_count`,
).join(', ');
const average = (level: string): string =>
  `sum(m.${level}_sum order by m.timestamp) / nullif(sum(m.${level}_count), 0)`;

/**
 * Hours or days out of narrower rows: $2 to $5 say which, $6 is now. `active_containers` is the most there were at once.
 */
function statement(resolution: number, finer: number): string {
  const seconds = `extract(epoch from greatest(least(d.ends_at, ${timeOf('$6::float8')}), d.at + interval '1 second') - d.at)::float8`;
  return upsertMetrics(`
    with due as (
      select d.scope, d.scope_id, ${timeOf('d.at_ms')} as at, ${timeOf('d.ends_ms')} as ends_at
      from unnest($2::text[], $3::text[], $4::float8[], $5::float8[]) d (scope, scope_id, at_ms, ends_ms)
    )
    select d.scope, d.scope_id, ${resolution} as resolution_s, d.at as timestamp,
      case when d.scope = 'container' then ${reportingOf('x.miner_answering_s', seconds)}
        else ${reportingOf('x.covered_s', seconds)} end as reporting, x.*
    from due d cross join lateral (
      select ${average('hashrate_ths')} / 1e6 as hashrate_eh, ${average('power_kw')} / 1e3 as power_mw,
        max(m.active_containers) as active_containers,
        (array_agg(m.transformer_id order by m.timestamp) filter (where m.transformer_id is not null))[1] as transformer_id,
        ${oneSource('m.power_source')} as power_source, ${LEVEL_SUMS},
        ${AMOUNTS.map((amount) => `sum(m.${amount} order by m.timestamp) as ${amount}`).join(', ')},
        max(m.expected) as expected, bool_or(m.late) as late
      from metrics m where m.project_id = $1 and m.scope = d.scope and m.scope_id = d.scope_id
        and m.resolution_s = ${finer} and m.timestamp >= d.at and m.timestamp < d.ends_at
      having count(*) > 0
    ) x`);
}

const HOURS = statement(3600, 300);
const DAYS = statement(86_400, 3600);
/** Where an edge lies within an hour, as in zones with an odd half hour. */
const ODD_DAYS = statement(86_400, 300);

const HOUR_MS = 3_600_000;

/** Computes hours or days from the narrower rows of the same scope; answers how many rows that made. */
export async function rollUpCoarse(
  client: ClientBase,
  projectId: string,
  resolution: 3600 | 86_400,
  dues: readonly Due[],
  now: number,
): Promise<number> {
  if (resolution === 3600) return write(client, HOURS, projectId, dues, now);
  const isOdd = ({ at, endsAt }: Due): boolean => at % HOUR_MS !== 0 || endsAt % HOUR_MS !== 0;
  const even = await write(
    client,
    DAYS,
    projectId,
    dues.filter((due) => !isOdd(due)),
    now,
  );
  return even + (await write(client, ODD_DAYS, projectId, dues.filter(isOdd), now));
}

async function write(
  client: ClientBase,
  text: string,
  projectId: string,
  dues: readonly Due[],
  now: number,
): Promise<number> {
  if (dues.length === 0) return 0;
  const { rowCount } = await client.query(text, [
    projectId,
    dues.map((due) => due.scope),
    dues.map((due) => due.scopeId),
    dues.map((due) => due.at),
    dues.map((due) => due.endsAt),
    now,
  ]);
  return rowCount ?? 0;
}
