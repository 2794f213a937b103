import type { ClientBase } from 'pg';
import { meterReadings } from '../db/queries/meter-readings.ts';
import { rollUpContainers, type Stretch } from '../db/queries/rollup-containers.ts';
import { addDues, type Due, takeDues } from '../db/queries/rollup-dues.ts';
import { rawFrom, takeMarks } from '../db/queries/rollup-marks.ts';
import { type MeteredBucket, rollUpMembers } from '../db/queries/rollup-members.ts';
import { transformerIds } from '../db/queries/transformers.ts';
import { hourDues } from './coarse.ts';
import { computedFrom } from './horizon.ts';
import { addLateFrames } from './late.ts';
import { meteredBuckets } from './metered.ts';
import { bucketsOf, FINE_MS, runsOf, stretchesOf } from './stretches.ts';

export interface RolledProject {
  readonly id: string;
  readonly timeZone: string;
}

export interface FineResult {
  /** Marks and dues that were taken: 0 when nothing waited. */
  readonly taken: number;
  /** Rows of five minutes that were written. */
  readonly rows: number;
}

/**
 * Takes what waits of a project's five-minute buckets and computes exactly those: containers from their frames, then
 * transformers and the project from these and the meters. What lies before the raw horizon is added instead. Runs in one
 * transaction that `beginRollup` opened.
 *
 * @param now ms since 1970: a bucket that still runs is measured up to then, and again when it is over
 * @param limit of marks and of dues
 */
export async function rollUpFine(
  client: ClientBase,
  project: RolledProject,
  now: number,
  limit: number,
): Promise<FineResult> {
  const marks = await takeMarks(client, project.id, limit);
  const dues = await takeDues(client, project.id, 300, now, limit);
  if (marks.length + dues.length === 0) return { taken: 0, rows: 0 };
  const horizon = computedFrom(await rawFrom(client, project.id));
  const spans = [
    ...marks.map(({ scope, scopeId, from, to }) => ({ scope, id: scopeId, from, to })),
    ...dues.map(({ scope, scopeId, at, endsAt }) => ({ scope, id: scopeId, from: at, to: endsAt })),
  ].map((span) => ({ ...span, from: Math.max(span.from, horizon) }));
  const containers = stretchesOf(spans.filter(({ scope }) => scope === 'container'));
  const others = stretchesOf(spans.filter(({ scope }) => scope !== 'container').map((span) => ({ ...span, id: '' })));
  const late = marks.filter(({ frameAt }) => frameAt !== null && frameAt < horizon);
  const added = late.length === 0 ? 0 : await addLateFrames(client, project, late, horizon, now);
  const rows = await computeBuckets(client, project.id, containers, others, now);
  return { taken: marks.length + dues.length, rows: rows + added };
}

async function computeBuckets(
  client: ClientBase,
  projectId: string,
  containers: readonly Stretch[],
  others: readonly Stretch[],
  now: number,
): Promise<number> {
  const buckets = bucketsOf([...containers, ...others]);
  let rows = await rollUpContainers(client, projectId, containers, now);
  const meters: MeteredBucket[] = [];
  for (const { from, to } of runsOf(buckets)) {
    const readings = await meterReadings(client, projectId, from, to);
    const wanted = buckets.filter((at) => at >= from && at < to);
    meters.push(...meteredBuckets(readings, new Set(wanted), now));
  }
  rows += await rollUpMembers(client, projectId, buckets, meters, now);
  await addDues(client, projectId, 300, [
    ...runningDues('container', containers, now),
    ...runningDues(
      'project',
      others.map((s) => ({ ...s, id: projectId })),
      now,
    ),
  ]);
  const transformers = await transformerIds(client, projectId);
  await addDues(client, projectId, 3600, hourDues(projectId, transformers, containers, buckets, now));
  return rows;
}

/** Buckets that still run are computed once more when they are over. */
function runningDues(scope: Due['scope'], stretches: readonly Stretch[], now: number): Due[] {
  const running = stretches.filter(({ to }) => to > now);
  return running.flatMap((stretch) =>
    bucketsOf([stretch])
      .filter((at) => at + FINE_MS > now)
      .map((at) => ({ scope, scopeId: stretch.id, at, endsAt: at + FINE_MS, dueAt: at + FINE_MS })),
  );
}
