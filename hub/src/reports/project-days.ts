import type { StretchRow } from '../db/queries/report-rows.ts';
import { tidy } from '../rounding.ts';
import { type CountedDay, without, withSilent } from './container-days.ts';
import { amountsOf, type Tally } from './tally.ts';

/**
 * What stands for a project's day: its own rows (energy by the meters where there are any, a transformer's outage told
 * apart), and from its containers what its rows do not know: maintenance, and time without any data.
 */
export function countProjectDay(row: StretchRow, containers: readonly CountedDay[], usdPerKwh: number | null): Tally {
  const sum = (of: (day: CountedDay) => number): number => containers.reduce((total, day) => total + of(day), 0);
  const offline = sum(({ excusedThh }) => excusedThh.offline);
  const hot = sum(({ excusedThh }) => excusedThh.hot);
  const transformer = sum(({ excusedThh }) => excusedThh.transformer);
  const unknown = sum(({ excusedThh }) => excusedThh.unknown);
  const silentExcused = sum(({ silentExcusedThh }) => silentExcusedThh);
  const { amounts } = row;
  const known = amounts.covered_s !== null || silentExcused > 0;
  return {
    ...amountsOf(row, usdPerKwh),
    excusedKnownS: sum(({ tally }) => tally.excusedKnownS),
    excusedActiveS: sum(({ tally }) => tally.excusedActiveS),
    coveredS: sum(({ tally }) => tally.coveredS),
    expectedS: sum(({ tally }) => tally.expectedS),
    excusedS: sum(({ tally }) => tally.excusedS),
    lostThh: {
      offline: without(amounts.lost_offline_thh, offline),
      hot: without(amounts.lost_hot_thh, hot),
      transformer: without(amounts.lost_transformer_thh, transformer),
      maintenance: known ? tidy(offline + hot + transformer + unknown + silentExcused) : null,
      unknown: withSilent(
        without(amounts.lost_unknown_thh, unknown),
        sum(({ silentThh }) => silentThh),
      ),
    },
  };
}
