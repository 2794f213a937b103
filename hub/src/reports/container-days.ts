import type { StretchRow } from '../db/queries/report-rows.ts';
import type { ReportedContainer } from '../db/queries/reports.ts';
import { tidy } from '../rounding.ts';
import type { Excused } from './excused.ts';
import type { ReportDay } from './period.ts';
import { amountsOf, sumOf, type Tally } from './tally.ts';

/** What a container's rows tell of a day, and what those of its excused parts do. */
export interface ContainerDay {
  readonly container: ReportedContainer;
  readonly day: ReportDay;
  readonly row: StretchRow;
  readonly parts: readonly ExcusedRows[];
}

/** An excused part of a day: what the container lost in it, and whether its transformer took it along. */
export interface ExcusedRows extends Excused {
  readonly row: StretchRow;
  readonly transformerRow: StretchRow;
}

/** Of a day of a container what the project's day is made of besides the project's own rows. */
export interface CountedDay {
  readonly tally: Tally;
  /** Lost while excused, as the project's rows have it: there a transformer's outage stands apart. TH/s times hours. */
  readonly excusedThh: Readonly<Record<'offline' | 'hot' | 'transformer' | 'unknown', number>>;
  /** What was to be expected of the time without data: excused, and not. */
  readonly silentExcusedThh: number;
  readonly silentThh: number;
}

/** Less than this of a day without data is the dust of adding up seconds. */
const DUST_S = 0.1;

/**
 * What stands for a container's day. Time without data counts as lost, by the hashrate that was expected of the container
 * in the rest of the day, else by `otherwiseThs`; of time before the container was known nothing is expected.
 *
 * @param until nothing is expected after it, ms: the end of what can have been read by now
 */
export function countContainerDay(
  { container, day, row, parts }: ContainerDay,
  until: number,
  otherwiseThs: number | null,
  usdPerKwh: number | null,
): CountedDay {
  const taken = parts.map(excusedOf);
  const time = timeOf({ container, day, row, parts }, until);
  const rate = expectedThs(row) ?? otherwiseThs;
  const silent = (seconds: number): number => (rate === null ? 0 : (rate * seconds) / 3600);
  const silentExcusedThh = silent(time.silentExcusedS);
  const silentThh = silent(time.silentS - time.silentExcusedS);
  const sum = (of: (part: Taken) => number): number => taken.reduce((total, part) => total + of(part), 0);
  const excusedThh = {
    offline: sum(({ offline, ofTransformer }) => offline * (1 - ofTransformer)),
    transformer: sum(({ offline, ofTransformer }) => offline * ofTransformer),
    hot: sum(({ hot }) => hot),
    unknown: sum(({ unknown }) => unknown),
  };
  const { amounts } = row;
  const known = amounts.covered_s !== null;
  const excused = excusedThh.offline + excusedThh.transformer + excusedThh.hot + excusedThh.unknown + silentExcusedThh;
  const offline = excusedThh.offline + excusedThh.transformer;
  return {
    excusedThh,
    silentExcusedThh,
    silentThh,
    tally: {
      ...amountsOf(row, usdPerKwh),
      excusedKnownS: sum(({ knownS }) => knownS),
      excusedActiveS: sum(({ activeS }) => activeS),
      coveredS: time.coveredS,
      expectedS: time.expectedS,
      excusedS: parts.reduce((seconds, { from, to, share }) => seconds + (share * (to - from)) / 1000, 0),
      lostThh: {
        offline: without(amounts.lost_offline_thh, offline),
        hot: without(amounts.lost_hot_thh, excusedThh.hot),
        // A container's own rows cannot tell: its transformer's outage is its being offline.
        transformer: null,
        maintenance: known || silentExcusedThh > 0 ? tidy(excused) : null,
        unknown: withSilent(without(amounts.lost_unknown_thh, excusedThh.unknown), silentThh),
      },
    },
  };
}

/** What the rows say less what was excused of it. */
export function without(lost: number | null, excused: number): number | null {
  return lost === null ? null : tidy(Math.max(0, lost - excused));
}

/** What was lost while there was no data besides. */
export function withSilent(lost: number | null, silentThh: number): number | null {
  return silentThh > 0 ? tidy(sumOf([lost, silentThh])) : lost;
}

/** The hashrate expected while there was data, TH/s. */
export function expectedThs({ amounts: { expected_thh, covered_s } }: Pick<StretchRow, 'amounts'>): number | null {
  return expected_thh === null || covered_s === null || covered_s === 0 ? null : (expected_thh * 3600) / covered_s;
}

function timeOf({ container, day, row, parts }: ContainerDay, until: number) {
  const coveredS = row.amounts.covered_s ?? 0;
  // Rows of older systems tell no time: of it nothing can be said.
  const untold = row.amounts.covered_s === null && (row.hashrate.count ?? 0) + (row.power.count ?? 0) > 0;
  const begins = Math.max(day.from, container.createdAt.getTime());
  const lastsS = untold || !container.inService ? 0 : Math.max(0, Math.min(day.to, until) - begins) / 1000;
  const expectedS = Math.max(coveredS, lastsS);
  const silentS = expectedS - coveredS < DUST_S ? 0 : expectedS - coveredS;
  const excusedS = parts.reduce((seconds, part) => seconds + part.share * silentIn(part, begins, until), 0);
  return { coveredS, expectedS, silentS, silentExcusedS: Math.min(silentS, excusedS) };
}

function silentIn({ from, to, row }: ExcusedRows, begins: number, until: number): number {
  const lastsS = (Math.min(to, until) - Math.max(from, begins)) / 1000;
  return Math.max(0, lastsS - (row.amounts.covered_s ?? 0));
}

/** What of an excused part's losses is taken over. */
type Taken = ReturnType<typeof excusedOf>;

/** A window on a miner takes over at most what was expected of it: the rest was lost by others. */
function excusedOf({ row: { amounts }, transformerRow, share }: ExcusedRows) {
  const [offline, hot, unknown] = [amounts.lost_offline_thh, amounts.lost_hot_thh, amounts.lost_unknown_thh].map(
    (lost) => lost ?? 0,
  ) as [number, number, number];
  const lost = offline + hot + unknown;
  const of = lost > 0 ? Math.min(1, ((amounts.expected_thh ?? lost) * share) / lost) : 0;
  const taken = share === 1 ? 1 : of;
  const [known, active] = [amounts.miner_known_s ?? 0, amounts.miner_active_s ?? 0];
  const knownS = known * share;
  const { lost_transformer_thh, lost_offline_thh } = transformerRow.amounts;
  const byTransformer = lost_transformer_thh ?? 0;
  return {
    offline: offline * taken,
    hot: hot * taken,
    unknown: unknown * taken,
    ofTransformer: byTransformer > 0 ? byTransformer / (byTransformer + (lost_offline_thh ?? 0)) : 0,
    knownS,
    activeS: knownS - Math.min(known - active, knownS),
  };
}
