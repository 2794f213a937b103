import type { ClientBase } from 'pg';
import type { MetricScope } from '../schema.ts';
import { COMPUTED, upsertMetrics } from './rollup-columns.ts';
import { msOf } from './rollup-marks.ts';
import { timeOf } from './statements.ts';

/** Which row of `metrics`; ms since 1970 UTC. */
export interface BucketKey {
  readonly scope: MetricScope;
  readonly scopeId: string;
  readonly resolution: number;
  readonly at: number;
}

/** What a row of `metrics` holds by column, its key apart: numbers, or null where something is unknown. */
export type BucketValues = Readonly<Record<string, number | string | boolean | null>>;

/** The name of a key, for maps. */
export const keyOf = ({ scope, scopeId, resolution, at }: BucketKey): string =>
  `${scope} ${scopeId} ${resolution} ${at}`;

const VALUES = COMPUTED.filter((column) => !['scope', 'scope_id', 'resolution_s', 'timestamp'].includes(column));

/** Those of the rows that there are, by `keyOf`. */
export async function readBuckets(
  client: ClientBase,
  projectId: string,
  keys: readonly BucketKey[],
): Promise<Map<string, BucketValues>> {
  const { rows } = await client.query<{ key: BucketKey; values: BucketValues }>(
    `select jsonb_build_object('scope', m.scope, 'scopeId', m.scope_id, 'resolution', m.resolution_s,
        'at', ${msOf('m.timestamp')}) as key, to_jsonb(m) as values
     from unnest($2::text[], $3::text[], $4::int[], $5::float8[]) k (scope, scope_id, resolution_s, at)
     join metrics m on m.project_id = $1 and m.scope = k.scope and m.scope_id = k.scope_id
       and m.resolution_s = k.resolution_s and m.timestamp = ${timeOf('k.at')}`,
    [
      projectId,
      keys.map(({ scope }) => scope),
      keys.map(({ scopeId }) => scopeId),
      keys.map(({ resolution }) => resolution),
      keys.map(({ at }) => at),
    ],
  );
  return new Map(
    rows.map(({ key, values }) => [keyOf(key), Object.fromEntries(VALUES.map((name) => [name, values[name] ?? null]))]),
  );
}

const WRITE = upsertMetrics(`select ${COMPUTED.join(', ')} from jsonb_populate_recordset(null::metrics, $2::jsonb)`);

/** Writes rows over what is there. */
export async function writeBuckets(
  client: ClientBase,
  projectId: string,
  rows: readonly (readonly [BucketKey, BucketValues])[],
): Promise<void> {
  const json = rows.map(([{ scope, scopeId, resolution, at }, values]) => ({
    ...values,
    scope,
    scope_id: scopeId,
    resolution_s: resolution,
    timestamp: new Date(at).toISOString(),
  }));
  if (json.length > 0) await client.query(WRITE, [projectId, JSON.stringify(json)]);
}
