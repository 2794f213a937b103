import type { ClientBase } from 'pg';

/** Frames of containers as they were stored, read back by container and time. */

export interface ContainerKey {
  readonly projectId: string;
  readonly containerId: string;
}

export interface StoredFrame {
  readonly at: Date;
  readonly intervalS: number;
  /** gzip of `{"frames":[frame]}`. */
  readonly body: Buffer;
}

/** A frame that was picked from a bucket of a series. */
export interface PickedFrame {
  /** Its time to the microsecond, as text: what finds it again. */
  readonly key: string;
  /** Counted from 0. */
  readonly bucket: number;
  /** Whether it was picked for its place in time; the others for what they hold. */
  readonly even: boolean;
}

const STORED = 'at, interval_s as "intervalS", body';

/** The newest frame at or before a moment; null where none is stored. */
export async function frameAtOrBefore(
  client: ClientBase,
  { projectId, containerId }: ContainerKey,
  at: number,
): Promise<StoredFrame | null> {
  const { rows } = await client.query<StoredFrame>(
    `select ${STORED} from container_frames
      where project_id = $1 and container_id = $2 and at <= $3 order by at desc limit 1`,
    [projectId, containerId, new Date(at)],
  );
  return rows[0] ?? null;
}

/** The newest frames, the latest first. */
export async function newestFrames(
  client: ClientBase,
  { projectId, containerId }: ContainerKey,
  limit: number,
): Promise<StoredFrame[]> {
  const { rows } = await client.query<StoredFrame>(
    `select ${STORED} from container_frames where project_id = $1 and container_id = $2 order by at desc limit $3`,
    [projectId, containerId, limit],
  );
  return rows;
}

/** When the oldest frame was taken that is still stored; null where none is. */
export async function oldestFrameTime(
  client: ClientBase,
  { projectId, containerId }: ContainerKey,
): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date }>(
    'select at from container_frames where project_id = $1 and container_id = $2 order by at limit 1',
    [projectId, containerId],
  );
  return rows[0]?.at ?? null;
}

/** How many frames there are in all buckets, and those picked of them in order of time. */
export interface Picked {
  readonly stored: number;
  readonly frames: readonly PickedFrame[];
}

/**
 * Picks frames from buckets. All of them while they are at most `most`; else, of each bucket, `perBucket` evenly chosen
 * ones, and if wanted the longest one: that holds what does not go along with every poll. The length of a body is known
 * without reading it.
 *
 * @param boundaries where buckets begin and end, ms since 1970
 */
export async function pickFrames(
  client: ClientBase,
  { projectId, containerId }: ContainerKey,
  boundaries: readonly number[],
  { most, perBucket, longest }: { readonly most: number; readonly perBucket: number; readonly longest: boolean },
): Promise<Picked> {
  const { rows } = await client.query<PickedFrame & { stored: number }>(
    `with stored as materialized (
       select at, octet_length(body) as size, width_bucket(at, $3::timestamptz[]) - 1 as bucket
         from container_frames where project_id = $1 and container_id = $2 and at >= $4 and at < $5),
     counted as (
       select at, bucket, count(*) over () as stored, count(*) over within as in_bucket,
              row_number() over (within order by at) as n,
              row_number() over (within order by size desc, at desc) = 1 as longest
         from stored window within as (partition by bucket)),
     judged as (
       -- Each bucket begins at another place: or all might pick those of every tenth poll, which are the dearest to open.
       select *, stored <= $6 or (n * $7::bigint + bucket * 7 % in_bucket) / in_bucket
                               > ((n - 1) * $7::bigint + bucket * 7 % in_bucket) / in_bucket as even from counted)
     select at::text as key, bucket, even, stored::int from judged where even or (longest and $8) order by at`,
    [
      projectId,
      containerId,
      boundaries.map((at) => new Date(at).toISOString()),
      new Date(boundaries[0] ?? 0),
      new Date(boundaries.at(-1) ?? 0),
      most,
      perBucket,
      longest,
    ],
  );
  return { stored: rows[0]?.stored ?? 0, frames: rows.map(({ key, bucket, even }) => ({ key, bucket, even })) };
}

/** The bodies of picked frames, by their keys. `picked` is in order of time; one that has gone meanwhile is missing. */
export async function bodiesOf(
  client: ClientBase,
  { projectId, containerId }: ContainerKey,
  picked: readonly PickedFrame[],
): Promise<Map<string, Buffer>> {
  const keys = picked.map(({ key }) => key);
  const { rows } = await client.query<{ key: string; body: Buffer }>(
    // The bounds keep the other days' partitions out of it.
    `select at::text as key, body from container_frames
      where project_id = $1 and container_id = $2 and at >= $4 and at <= $5 and at = any ($3::timestamptz[])`,
    [projectId, containerId, keys, keys[0], keys.at(-1)],
  );
  return new Map(rows.map(({ key, body }) => [key, body]));
}
