import type { ClientBase } from 'pg';
import { hasRowsBetween, rawFrames } from '../db/queries/percentiles.ts';
import type { SeriesRequest } from '../operations/series.ts';
import { groupsOf, type SeriesGroup, type SeriesSubject, wholeOf } from '../operations/series-groups.ts';
import { type Grouping, groupingsOf } from '../series/grouping.ts';
import {
  fittingStep,
  MAX_BUCKETS_READ,
  MAX_POINTS,
  MAX_SERIES,
  pointsOf,
  type Span,
  type Step,
} from '../series/steps.ts';
import { type Bilingual, say } from './language/bilingual.ts';
import { refusedField } from './problem.ts';
import { columnsWanted, type SeriesQuery } from './schemas/series-query.ts';

/** The span of time that a query names; null where it names none. What would lie in the future is cut off. */
export function spanOf({ range, from, to }: SeriesQuery, now: number): Span | null {
  if (range !== undefined) return { from: now - range, to: now };
  return from === undefined || to === undefined ? null : { from, to: Math.min(to, now) };
}

/** What to read for a query. Throws 422 where a series would be too long, naming the step that fits. */
export function requestOf(query: SeriesQuery, span: Span, timeZone: string): SeriesRequest {
  const step = query.step === '1m' ? '5m' : (query.step ?? 'auto');
  const fitting = fittingStep(span);
  if (fitting === null) throw refusedField(rangeField(query), 'too_many_points', tooLong(span));
  if (step !== 'auto' && pointsOf(span, step) > MAX_POINTS)
    throw refusedField('/step', 'too_many_points', tooFine(span, step, fitting));
  const { tz = timeZone, compare } = query;
  return { span, step, timeZone: tz, columns: columnsWanted(query), compare };
}

/** The groups a query asks for. Throws 422 where there would be too many series, or too much to read, saying what fits. */
export async function groupsFor(
  client: ClientBase,
  subject: SeriesSubject,
  { group_by: grouping }: SeriesQuery,
  request: SeriesRequest,
): Promise<SeriesGroup[]> {
  if (grouping === undefined) return wholeOf(subject);
  const groups = await groupsOf(client, subject, grouping);
  const perGroup = request.columns.length * (request.compare === undefined ? 1 : 2);
  const count = countOf(groups);
  if (count * perGroup > MAX_SERIES) {
    const others = groupingsOf(subject.scope).filter((other) => other !== grouping);
    const fitting: Grouping[] = [];
    for (const other of others)
      if (countOf(await groupsOf(client, subject, other)) * perGroup <= MAX_SERIES) fitting.push(other);
    throw refusedField('/group_by', 'too_many_series', tooMany(count, perGroup, fitting));
  }
  assertReadable(groups, request);
  return groups;
}

function countOf(groups: readonly SeriesGroup[]): number {
  return groups.filter(({ current }) => current).length;
}

function assertReadable(groups: readonly SeriesGroup[], { span, step }: SeriesRequest): void {
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  const most = Math.floor(MAX_BUCKETS_READ / Math.max(1, members));
  const fitting = fittingStep(span, most);
  if (fitting !== null && (step === 'auto' || pointsOf(span, step) <= most)) return;
  throw refusedField('/group_by', 'too_much', tooMuch(members, fitting));
}

/** Throws 422 where percentiles are asked for and raw frames do not go back as far as the range. */
export async function assertRawFrames(
  client: ClientBase,
  { projectId, scopeId }: SeriesSubject,
  { columns, span, compare }: SeriesRequest,
  now: number,
): Promise<void> {
  if (projectId === null || !columns.some(({ agg }) => agg === 'p95')) return;
  if (compare !== undefined) throw refusedField('/compare', 'aggregate', NO_COMPARED_PERCENTILES);
  const { first, keptDays } = await rawFrames(client, projectId, scopeId);
  const horizon = now - keptDays * 86_400_000;
  const since = Math.max(first?.getTime() ?? now, horizon);
  if (span.from >= since) return;
  // Where nothing was ever heard before the first frame, nothing is missing.
  const from = new Date(span.from);
  if (span.from >= horizon && !(await hasRowsBetween(client, projectId, scopeId, from, new Date(since)))) return;
  throw refusedField('/agg', 'raw_frames_gone', rawGone(first === null ? null : since));
}

function rangeField({ range }: SeriesQuery): string {
  return range === undefined ? '/from' : '/range';
}

const NO_COMPARED_PERCENTILES = say(
  'p95 is not laid beside an earlier range: leave compare out.',
  "p95 n'est pas comparé à une période antérieure : omettez compare.",
);

function rawGone(since: number | null): Bilingual {
  if (since === null)
    return say(
      'p95 is made of raw frames, and there are none of this container.',
      "p95 se calcule sur les trames brutes, et il n'y en a pas de ce conteneur.",
    );
  const at = new Date(since).toISOString();
  return say(
    `p95 is made of raw frames, which are there since ${at}: let the range begin then, or take avg, min, max.`,
    `p95 se calcule sur les trames brutes, conservées depuis le ${at} : commencez la période là, ou prenez avg, min, max.`,
  );
}

function tooMany(groups: number, perGroup: number, fitting: readonly Grouping[]): Bilingual {
  const count = groups * perGroup;
  const perGroupFitting = Math.floor(MAX_SERIES / groups);
  const en = [
    ...(perGroupFitting > 0
      ? [`ask for at most ${perGroupFitting} series per group (metrics, aggregates, compare)`]
      : []),
    ...fitting.map((grouping) => `take group_by=${grouping}`),
    'leave group_by out',
  ];
  const fr = [
    ...(perGroupFitting > 0
      ? [`demandez au plus ${perGroupFitting} séries par groupe (métriques, agrégats, compare)`]
      : []),
    ...fitting.map((grouping) => `prenez group_by=${grouping}`),
    'omettez group_by',
  ];
  return say(
    `${groups} groups of ${perGroup} would be ${count} series, at most ${MAX_SERIES}: ${en.join(', or ')}.`,
    `${groups} groupes de ${perGroup} donneraient ${count} séries, au plus ${MAX_SERIES} : ${fr.join(', ou ')}.`,
  );
}

function tooMuch(members: number, fitting: Step | null): Bilingual {
  return fitting === null
    ? say(
        `The groups consist of ${members} members, too many for such a range: ask for a shorter one.`,
        `Les groupes comptent ${members} membres, trop pour une telle période : demandez-en une plus courte.`,
      )
    : say(
        `The groups consist of ${members} members, too many for steps this fine: use step=${fitting}.`,
        `Les groupes comptent ${members} membres, trop pour un pas aussi fin : utilisez step=${fitting}.`,
      );
}

function tooLong(span: Span): Bilingual {
  const points = pointsOf(span, '1d');
  return say(
    `The range is too long: ${points} points even with step=1d, at most ${MAX_POINTS}. Ask for at most ${MAX_POINTS} days at once.`,
    `La période est trop longue : ${points} points même avec step=1d, au plus ${MAX_POINTS}. Demandez au plus ${MAX_POINTS} jours à la fois.`,
  );
}

function tooFine(span: Span, step: Step, fitting: Step): Bilingual {
  const points = pointsOf(span, step);
  return say(
    `step=${step} would be ${points} points a series, at most ${MAX_POINTS}: use step=${fitting} (${pointsOf(span, fitting)} points).`,
    `step=${step} donnerait ${points} points par série, au plus ${MAX_POINTS} : utilisez step=${fitting} (${pointsOf(span, fitting)} points).`,
  );
}
