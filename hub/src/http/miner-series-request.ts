import type { Context } from 'hono';
import { DEFAULT_INTERVAL_S } from '../freshness.ts';
import { autoMinerStep, fitsMinutes, type MinerBuckets, minerBuckets } from '../history/buckets.ts';
import type { MinerSeriesRead } from '../operations/miner-history.ts';
import type { Span } from '../series/steps.ts';
import { type Bilingual, languageOf, say } from './language/bilingual.ts';
import type { MinerSeriesQuery, MinerWarning } from './schemas/miner-series.ts';
import { requestOf, spanOf } from './series-request.ts';
import { ENDS_IN_FUTURE } from './series-warnings.ts';

/** The span of time that a query names; null where it names none. */
export function minerSpanOf({ range, from, to }: MinerSeriesQuery, now: number): Span | null {
  return spanOf({ range, from, to }, now);
}

/**
 * The buckets of a query's series. Throws 422 where there would be too many, naming the step that fits.
 *
 * @param intervalS of the container's polls, seconds; null where it has not told
 */
export function minerBucketsOf(
  query: MinerSeriesQuery,
  span: Span,
  projectZone: string,
  intervalS: number | null,
): MinerBuckets {
  const { range, from, to, step = 'auto', tz } = query;
  // What is asked of every series holds for these too: it refuses what is too long.
  const { timeZone, step: snapped } = requestOf({ range, from, to, step, tz }, span, projectZone);
  if (step === 'auto') return minerBuckets(span, autoMinerStep(span, intervalS ?? DEFAULT_INTERVAL_S), timeZone);
  if (step === '1m' && fitsMinutes(span)) return minerBuckets(span, step, timeZone);
  return minerBuckets(span, snapped === 'auto' ? '1d' : snapped, timeZone);
}

/** What whoever asked should know about the answer. */
export function minerWarningsOf(
  c: Context,
  { to }: MinerSeriesQuery,
  span: Span,
  now: number,
  { frames, since, buckets }: MinerSeriesRead,
): MinerWarning[] {
  const warnings: MinerWarning[] = [];
  const warn = (code: MinerWarning['code'], says: Bilingual): void => {
    warnings.push({ code, message: says[languageOf(c)] });
  };
  if (to !== undefined && to > now) warn('ends_in_future', ENDS_IN_FUTURE);
  if (frames.read < frames.stored)
    warn(
      'sampled',
      say(
        `Of ${frames.stored} polls in the range ${frames.read} were read: a few of each bucket (${buckets.step}), evenly chosen. A shorter range reads every one.`,
        `Sur ${frames.stored} relevés de la période, ${frames.read} ont été lus : quelques-uns par intervalle (${buckets.step}), répartis également. Une période plus courte les lit tous.`,
      ),
    );
  if (since === null)
    warn('raw_since', say('No polls of its container are stored.', 'Aucun relevé de son conteneur n’est conservé.'));
  else if (since.getTime() > span.from)
    warn(
      'raw_since',
      say(
        `Polls of its container are stored since ${since.toISOString()}: what is older is null here.`,
        `Les relevés de son conteneur sont conservés depuis ${since.toISOString()} : ce qui est plus ancien est nul ici.`,
      ),
    );
  return warnings;
}
