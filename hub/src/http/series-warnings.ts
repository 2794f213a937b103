import type { Context } from 'hono';
import type { SeriesRead } from '../operations/series.ts';
import { tidy } from '../rounding.ts';
import { type Bilingual, languageOf, say } from './language/bilingual.ts';
import type { Warning } from './schemas/series.ts';
import type { SeriesQuery } from './schemas/series-query.ts';

/** What is said of every series whose range was cut off. */
export const ENDS_IN_FUTURE = say(
  'The range ends in the future: it was cut off at now.',
  'La période finit dans le futur : coupée à maintenant.',
);

/** What whoever asked should know about the answer. */
export function warningsOf(c: Context, { to }: SeriesQuery, now: number, read: SeriesRead): Warning[] {
  const { widerStep, late } = read;
  const warnings: Warning[] = [];
  const warn = (code: Warning['code'], says: Bilingual): void => {
    warnings.push({ code, message: says[languageOf(c)] });
  };
  if (to !== undefined && to > now) warn('ends_in_future', ENDS_IN_FUTURE);
  if (widerStep !== null)
    warn(
      'wider_rows_only',
      say(
        `Nothing this fine is stored for the range: ask for step=${widerStep}.`,
        `Rien d'aussi fin n'est conservé pour cette période : demandez step=${widerStep}.`,
      ),
    );
  if (late)
    warn(
      'late_frames',
      say(
        'Frames came after the raw ones of their time were gone: they were added to what was known, not weighed against it.',
        'Des trames sont arrivées après la suppression des trames brutes de leur période : ajoutées au total, sans recalcul.',
      ),
    );
  const integrated = integratedKwh(read);
  if (integrated > 0)
    warn(
      'energy_integrated',
      say(
        `${integrated} kWh of energy_kwh are the integral of power, where no meter's counter told.`,
        `${integrated} kWh de energy_kwh sont l'intégrale de la puissance, faute d'index de compteur.`,
      ),
    );
  return warnings;
}

function integratedKwh({ sets }: SeriesRead): number {
  const all = sets.flatMap(({ rows }) => rows.map((row) => row?.integratedKwh ?? 0));
  return tidy(all.reduce((sum, kwh) => sum + kwh, 0)) ?? 0;
}
