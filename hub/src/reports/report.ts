import type { ClientBase } from 'pg';
import { type ElectricityPrice, electricityPrices } from '../db/queries/electricity-prices.ts';
import { rowsOfDays, rowsOfStretches, type StretchRow } from '../db/queries/report-rows.ts';
import {
  type ReportedContainer,
  type ReportedProject,
  type ReportedWindow,
  reportedContainers,
  reportedWindows,
} from '../db/queries/reports.ts';
import { priceOn } from '../operations/electricity-prices.ts';
import { bucketsOf } from '../series/buckets.ts';
import { type ContainerDay, type CountedDay, countContainerDay, expectedThs } from './container-days.ts';
import { excusedParts } from './excused.ts';
import type { Period, ReportDay } from './period.ts';
import { countProjectDay } from './project-days.ts';
import { joinTallies, sumOf, type Tally } from './tally.ts';

/** What a project and its containers did in a day or month. */
export interface Report {
  readonly project: ReportedProject;
  readonly period: Period;
  /** The period is over. What came late may still change what stands here. */
  readonly complete: boolean;
  readonly total: Tally;
  readonly days: readonly { readonly date: string; readonly tally: Tally }[];
  readonly containers: readonly { readonly container: ReportedContainer; readonly tally: Tally }[];
}

/** Rows are made in steps of five minutes: what is younger cannot be missing yet. */
const STEP_MS = 300_000;

/**
 * Makes a report out of the rows of `metrics`, day by day of the project's time zone. Each figure of a day is the one that
 * the metrics of that day tell, and those of a month are the sums of its days'.
 */
export async function makeReport(
  client: ClientBase,
  project: ReportedProject,
  period: Period,
  now: number,
): Promise<Report> {
  const { projectId } = project;
  const containers = await reportedContainers(client, projectId);
  const begun = period.days.filter(({ from }) => from < now);
  const until = Math.min(period.span.to, Math.floor(now / STEP_MS) * STEP_MS);
  const windows = await reportedWindows(client, projectId, new Date(period.span.from), new Date(until));
  const prices = await electricityPrices(client, projectId);
  const { widths } = bucketsOf(period.span, '1d', project.timeZone);
  const own = begun.map((day) => ({ ...day, scopeId: projectId }));
  const projectRows = await rowsOfDays(client, projectId, 'project', own, widths);
  const days = await containerDays(client, projectId, { containers, days: begun, windows, widths, until });
  const counted = countContainers(days, until, prices);
  const tallies = begun.map((day, i) => {
    const ofDay = counted.filter(({ day: { date } }) => date === day.date).map(({ counted }) => counted);
    return { date: day.date, tally: countProjectDay(projectRows[i] as StretchRow, ofDay, priceOn(prices, day.date)) };
  });
  return {
    project,
    period,
    complete: period.span.to <= now,
    total: joinTallies(tallies.map(({ tally }) => tally)),
    days: tallies,
    containers: containers.map((container) => ({
      container,
      tally: joinTallies(counted.filter((one) => one.container === container).map(({ counted: { tally } }) => tally)),
    })),
  };
}

interface Reading {
  readonly containers: readonly ReportedContainer[];
  readonly days: readonly ReportDay[];
  readonly windows: readonly ReportedWindow[];
  readonly widths: readonly number[];
  readonly until: number;
}

/** What the rows of every container tell of every day, and of what was excused in it. */
async function containerDays(
  client: ClientBase,
  projectId: string,
  { containers, days, windows, widths, until }: Reading,
): Promise<ContainerDay[]> {
  const each = containers.flatMap((container) => days.map((day) => ({ container, day })));
  const stretches = each.map(({ container, day }) => ({ ...day, scopeId: container.containerId }));
  const rows = await rowsOfDays(client, projectId, 'container', stretches, widths);
  const parts = each.flatMap(({ container, day }, i) => {
    const transformerId = rows[i]?.transformerId ?? container.transformerId;
    const span = { from: day.from, to: Math.min(day.to, until) };
    return excusedParts(windows, { containerId: container.containerId, transformerId }, span).map((part) => ({
      ...part,
      of: i,
      scopeId: container.containerId,
      transformerId,
    }));
  });
  const partRows = await rowsOfStretches(client, projectId, 'container', parts);
  // Without a transformer there are no rows, which say that none was lost.
  const fed = parts.map(({ transformerId, from, to }) => ({ scopeId: transformerId ?? '', from, to }));
  const transformerRows = await rowsOfStretches(client, projectId, 'transformer', fed);
  const excused = Map.groupBy(
    parts.map((part, i) => ({
      ...part,
      row: partRows[i] as StretchRow,
      transformerRow: transformerRows[i] as StretchRow,
    })),
    ({ of }) => of,
  );
  return each.map((one, i) => ({ ...one, row: rows[i] as StretchRow, parts: excused.get(i) ?? [] }));
}

function countContainers(days: readonly ContainerDay[], until: number, prices: readonly ElectricityPrice[]) {
  const byContainer = Map.groupBy(days, ({ container }) => container);
  const usual = new Map([...byContainer].map(([container, all]) => [container, usualThs(container, all)]));
  return days.map((one): { container: ReportedContainer; day: ReportDay; counted: CountedDay } => {
    const { container, day } = one;
    const price = priceOn(prices, day.date);
    return { container, day, counted: countContainerDay(one, until, usual.get(container) ?? null, price) };
  });
}

/** What was expected of a container over the period, else what is expected of it now, TH/s; null where nobody says. */
function usualThs(container: ReportedContainer, days: readonly ContainerDay[]): number | null {
  const told = days.filter(({ row }) => expectedThs(row) !== null);
  const total = (name: 'expected_thh' | 'covered_s') => sumOf(told.map(({ row }) => row.amounts[name]));
  const [expected, covered] = [total('expected_thh'), total('covered_s')];
  return expected === null || covered === null ? container.hashrateExpectedThs : (expected * 3600) / covered;
}
