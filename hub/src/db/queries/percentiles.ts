import type { ClientBase } from 'pg';
import { frameColumnOf, type SeriesMetric } from '../../series/metrics.ts';

/** What 95 % of a container's readings do not exceed, out of its raw frames. */

const P95 = 0.95;

/** A bucket, counted from 0, with the value of each metric. */
export interface PercentileRow {
  readonly bucket: number;
  readonly values: readonly (number | null)[];
}

/**
 * The time of a container's first raw frame, and how long its project keeps them. Null where there is no frame.
 */
export async function rawFrames(
  client: ClientBase,
  projectId: string,
  containerId: string,
): Promise<{ first: Date | null; keptDays: number }> {
  const { rows } = await client.query<{ first: Date | null; keptDays: number }>(
    `select p.retention_raw_days as "keptDays", (select f.at from container_frames f
       where f.project_id = p.project_id and f.container_id = $2 order by f.at limit 1) as first
     from projects p where p.project_id = $1`,
    [projectId, containerId],
  );
  return rows[0] ?? { first: null, keptDays: 0 };
}

/** Whether a container has history from before a time, on or after another. */
export async function hasRowsBetween(
  client: ClientBase,
  projectId: string,
  containerId: string,
  from: Date,
  to: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from metrics m, unnest(array[300, 900, 3600, 86400]) w (width) where m.project_id = $1
       and m.scope = 'container' and m.scope_id = $2 and m.resolution_s = w.width and m.timestamp >= $3
       and m.timestamp < $4::timestamptz - w.width * interval '1 second' limit 1`,
    [projectId, containerId, from, to],
  );
  return rowCount === 1;
}

/**
 * Buckets in which there are frames.
 *
 * @param metrics all with a column in frames
 */
export async function percentileRows(
  client: ClientBase,
  projectId: string,
  containerId: string,
  boundaries: readonly number[],
  metrics: readonly SeriesMetric[],
): Promise<PercentileRow[]> {
  const edges = '($3::timestamptz[])';
  const values = metrics.map((metric) => `percentile_cont(${P95}) within group (order by ${frameColumnOf(metric)})`);
  const { rows } = await client.query<[number, ...(number | null)[]]>({
    text: `select width_bucket(at, ${edges}) - 1, ${values.join(', ')} from container_frames
      where project_id = $1 and container_id = $2 and at >= $4 and at < $5 group by 1`,
    values: [
      projectId,
      containerId,
      boundaries.map((at) => new Date(at).toISOString()),
      new Date(boundaries[0] ?? 0),
      new Date(boundaries.at(-1) ?? 0),
    ],
    rowMode: 'array',
  });
  return rows.map(([bucket, ...told]) => ({ bucket, values: told }));
}
