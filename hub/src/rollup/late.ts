import type { ClientBase } from 'pg';
import { expectedContainers } from '../db/queries/containers.ts';
import { readingsOfFrames } from '../db/queries/meter-readings.ts';
import { rowsOfFrames } from '../db/queries/rollup-containers.ts';
import type { Mark } from '../db/queries/rollup-marks.ts';
import { type BucketKey, type BucketValues, keyOf, readBuckets, writeBuckets } from '../db/queries/rollup-rows.ts';
import { type Change, judged, numberOf, withBlame, withBucket, withFrames, withMember, withMeter } from './adding.ts';
import { daysOf, HOUR_MS, hourOf } from './coarse.ts';
import type { RolledProject } from './fine.ts';
import { meteredBuckets } from './metered.ts';
import { bucketsOf, FINE_MS, stretchesOf } from './stretches.ts';

/** Less than this of a bucket is the dust of adding up seconds. */
const GRACE_S = 1e-3;

interface Changed extends Change {
  readonly key: BucketKey;
}

/**
 * Adds frames whose neighbours may be gone to the buckets there are: to the containers' five minutes, to those of
 * transformers and project by how much these changed, and to the hours and days above. Each frame is added once, because
 * its mark is taken once. Answers how many rows that made.
 *
 * @param horizon what begins here or later is computed from all frames instead, ms since 1970
 */
export async function addLateFrames(
  client: ClientBase,
  project: RolledProject,
  late: readonly Mark[],
  horizon: number,
  now: number,
): Promise<number> {
  const containers = await changedContainers(client, project.id, late, horizon, now);
  const members = await changedMembers(client, project.id, late, containers, horizon, now);
  const fine = [...containers, ...members];
  const coarse = await changedCoarse(client, project, fine);
  await writeBuckets(
    client,
    project.id,
    [...fine, ...coarse].map(({ key, after }) => [key, after]),
  );
  return fine.length + coarse.length;
}

function framesOf(late: readonly Mark[], scope: Mark['scope']): { id: string; at: number; to: number }[] {
  return late.flatMap((mark) =>
    mark.scope === scope && mark.frameAt !== null ? [{ id: mark.scopeId, at: mark.frameAt, to: mark.to }] : [],
  );
}

const fineKey = (scope: BucketKey['scope'], scopeId: string, at: number): BucketKey => ({
  scope,
  scopeId,
  resolution: 300,
  at,
});

async function changedContainers(
  client: ClientBase,
  projectId: string,
  late: readonly Mark[],
  horizon: number,
  now: number,
): Promise<Changed[]> {
  const frames = framesOf(late, 'container');
  const stretches = stretchesOf(frames.map(({ id, at, to }) => ({ id, from: at, to: Math.min(to, horizon) })));
  if (stretches.length === 0) return [];
  const rows = await rowsOfFrames(client, projectId, stretches, frames, now);
  const parts = rows.map(({ scope_id, timestamp, ...part }) => ({
    key: fineKey('container', String(scope_id), (timestamp as Date).getTime()),
    part: part as BucketValues,
  }));
  const stored = await readBuckets(
    client,
    projectId,
    parts.map(({ key }) => key),
  );
  return parts.flatMap(({ key, part }) => {
    const before = stored.get(keyOf(key)) ?? null;
    if (isCovered(before)) return [];
    return [{ key, before, after: judged(withFrames(before, part), 'miner_answering_s', FINE_MS / 1000) }];
  });
}

/**
 * Whether readings stand for the whole of a container's bucket. What comes for it then was counted before: the frame it
 * would have been recognised by is gone, so one that is sent again under another key looks new.
 */
function isCovered(bucket: BucketValues | null): boolean {
  return (numberOf(bucket, 'covered_s') ?? 0) >= FINE_MS / 1000 - GRACE_S;
}

/** Transformers by their containers and meters, then the project by its transformers and the containers on none. */
async function changedMembers(
  client: ClientBase,
  projectId: string,
  late: readonly Mark[],
  containers: readonly Changed[],
  horizon: number,
  now: number,
): Promise<Changed[]> {
  const readings = await readingsOfFrames(client, projectId, framesOf(late, 'meter'));
  const spans = readings.map(({ at }) => at);
  const wanted = new Set(
    spans.length === 0
      ? []
      : bucketsOf(
          stretchesOf([{ id: '', from: Math.min(...spans), to: Math.min(horizon, Math.max(...spans) + 36 * HOUR_MS) }]),
        ),
  );
  const meters = meteredBuckets(readings, wanted, now);
  const places = new Map<string, BucketKey>();
  const at = (key: BucketKey): string => {
    places.set(keyOf(key), key);
    return keyOf(key);
  };
  for (const { key, after } of containers) {
    at(fineKey('project', projectId, key.at));
    if (typeof after.transformer_id === 'string') at(fineKey('transformer', after.transformer_id, key.at));
  }
  for (const meter of meters) {
    at(fineKey('project', projectId, meter.at));
    at(fineKey('transformer', meter.transformerId, meter.at));
  }
  const stored = await readBuckets(client, projectId, [...places.values()]);
  const inventory = await expectedContainers(client, projectId);
  const rows = new Map<string, Changed>();
  for (const [name, key] of places) {
    const before = stored.get(name) ?? null;
    const expected = inventory.filter((c) => key.scope === 'project' || c.transformerId === key.scopeId).length;
    rows.set(name, { key, before, after: before ?? { expected } });
  }
  const change = (name: string, work: (row: BucketValues) => BucketValues): void => {
    const row = rows.get(name);
    if (row !== undefined) rows.set(name, { ...row, after: work(row.after) });
  };
  for (const container of containers) {
    const { transformer_id: transformer } = container.after;
    const on = typeof transformer === 'string' ? fineKey('transformer', transformer, container.key.at) : null;
    change(keyOf(on ?? fineKey('project', projectId, container.key.at)), (row) =>
      withMember(row, container, on !== null && row.power_source === 'meter'),
    );
  }
  for (const meter of meters) {
    const own = await containersOn(client, projectId, meter.transformerId, meter.at, inventory, containers);
    change(keyOf(fineKey('transformer', meter.transformerId, meter.at)), (row) => withMeter(row, meter, own));
  }
  for (const { key } of [...rows.values()].filter(({ key }) => key.scope === 'transformer')) {
    change(keyOf(key), (row) => judged(withBlame(row), 'covered_s', FINE_MS / 1000));
    const changed = rows.get(keyOf(key));
    if (changed) change(keyOf(fineKey('project', projectId, key.at)), (row) => withMember(row, changed));
  }
  for (const { key } of [...rows.values()].filter(({ key }) => key.scope === 'project'))
    change(keyOf(key), (row) => judged(row, 'covered_s', FINE_MS / 1000));
  return [...rows.values()];
}

/** The energy that a transformer's containers tell of a bucket, and how long the longest of them is covered. */
async function containersOn(
  client: ClientBase,
  projectId: string,
  transformerId: string,
  at: number,
  inventory: readonly { readonly id: string; readonly transformerId: string | null }[],
  changed: readonly Changed[],
): Promise<{ energyKwh: number | null; longestS: number | null }> {
  const keys = inventory
    .filter((container) => container.transformerId === transformerId)
    .map(({ id }) => fineKey('container', id, at));
  const rows = await readBuckets(client, projectId, keys);
  for (const { key, after } of changed) if (keys.some((own) => keyOf(own) === keyOf(key))) rows.set(keyOf(key), after);
  const known = (column: string): number[] =>
    [...rows.values()].map((row) => numberOf(row, column)).filter((value) => value !== null);
  const [energy, covered] = [known('energy_kwh'), known('covered_s')];
  return {
    energyKwh: energy.length === 0 ? null : energy.reduce((sum, value) => sum + value, 0),
    longestS: covered.length === 0 ? null : Math.max(...covered),
  };
}

async function changedCoarse(client: ClientBase, project: RolledProject, fine: readonly Changed[]): Promise<Changed[]> {
  const above = fine.map((changed) => ({ changed, spans: spansAbove(changed.key, project.timeZone) }));
  const keys = new Map(above.flatMap(({ spans }) => spans.map(({ key }) => [keyOf(key), key])));
  const stored = await readBuckets(client, project.id, [...keys.values()]);
  const rows = new Map<string, Changed>();
  for (const { changed, spans } of above)
    for (const { key, seconds } of spans) {
      const name = keyOf(key);
      const before = stored.get(name) ?? null;
      const time = key.scope === 'container' ? 'miner_answering_s' : 'covered_s';
      const after = judged(withBucket(rows.get(name)?.after ?? before, changed), time, seconds);
      rows.set(name, { key, before, after });
    }
  return [...rows.values()];
}

/** The hour and the days that a bucket of five minutes is part of. */
function spansAbove(key: BucketKey, timeZone: string): { key: BucketKey; seconds: number }[] {
  const days = daysOf(key.at, timeZone, FINE_MS);
  return [
    { key: { ...key, resolution: 3600, at: hourOf(key.at) }, seconds: HOUR_MS / 1000 },
    ...days.map(([at, endsAt]) => ({ key: { ...key, resolution: 86_400, at }, seconds: (endsAt - at) / 1000 })),
  ];
}
