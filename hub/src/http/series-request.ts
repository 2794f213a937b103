import type { Context } from 'hono';
import type { SeriesRead, SeriesRequest } from '../operations/series.ts';
import { fittingStep, MAX_POINTS, pointsOf, type Span, type Step } from '../series/steps.ts';
import { type Bilingual, languageOf, say } from './language/bilingual.ts';
import { refusedField } from './problem.ts';
import { columnsWanted, type SeriesQuery, type Warning } from './schemas/series.ts';

/** The span of time that a query names; null where it names none. What would lie in the future is cut off. */
export function spanOf({ range, from, to }: SeriesQuery, now: number): Span | null {
  if (range !== undefined) return { from: now - range, to: now };
  return from === undefined || to === undefined ? null : { from, to: Math.min(to, now) };
}

/** What to read for a query. Throws 422 where a series would be too long, naming the step that fits. */
export function requestOf(query: SeriesQuery, span: Span, timeZone: string): SeriesRequest {
  const step = query.step === '1m' ? '5m' : (query.step ?? 'auto');
  const fitting = fittingStep(span);
  if (fitting === null)
    throw refusedField(query.range === undefined ? '/from' : '/range', 'too_many_points', tooLong(span));
  if (step !== 'auto' && pointsOf(span, step) > MAX_POINTS)
    throw refusedField('/step', 'too_many_points', tooFine(span, step, fitting));
  return { span, step, timeZone: query.tz ?? timeZone, columns: columnsWanted(query) };
}

/** What whoever asked should know about the answer. */
export function warningsOf(c: Context, { to }: SeriesQuery, now: number, { widerStep }: SeriesRead): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: Warning['code'], says: Bilingual): void => {
    warnings.push({ code, message: says[languageOf(c)] });
  };
  if (to !== undefined && to > now)
    warn(
      'ends_in_future',
      say(
        'The range ends in the future: it was cut off at now.',
        'La période finit dans le futur : coupée à maintenant.',
      ),
    );
  if (widerStep !== null)
    warn(
      'wider_rows_only',
      say(
        `Nothing this fine is stored for the range: ask for step=${widerStep}.`,
        `Rien d'aussi fin n'est conservé pour cette période : demandez step=${widerStep}.`,
      ),
    );
  return warnings;
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
