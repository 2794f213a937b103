import { LABELS } from '../../reports/labels.ts';
import type { Report as Made } from '../../reports/report.ts';
import { CAUSES, type Tally } from '../../reports/tally.ts';
import { tidy } from '../../rounding.ts';
import type { Report, ReportFigures, ReportRow } from '../schemas/reports.ts';

/** A report for a page. */
export function presentReport(report: Made): Report {
  const { project, total, days, containers } = report;
  return {
    ...headOf(report),
    name: project.name,
    total: figuresOf(total),
    days: days.map(({ date, tally }) => ({ date, ...figuresOf(tally) })),
    containers: containers.map(({ container, tally }) => ({
      container_id: container.containerId,
      name: container.name,
      transformer_id: container.transformerId,
      ...figuresOf(tally),
    })),
    labels: LABELS.map((label) => ({ ...label })),
  };
}

/** A report line by line: the project, the days of a month, the containers. */
export function presentReportRows(report: Made): ReportRow[] {
  const { total, days, containers } = presentReport(report);
  const head = headOf(report);
  const whole = { ...head, scope: 'project' as const, scope_id: head.project_id, transformer_id: null };
  return [
    { ...whole, ...total },
    ...(head.period === 'monthly' ? days : []).map(({ date, ...figures }, i) => {
      const { from, to } = report.period.days[i]!;
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      return { ...whole, ...span, scope: 'day' as const, scope_id: date, ...figures };
    }),
    ...containers.map(({ container_id, name: _, transformer_id, ...figures }) => ({
      ...head,
      scope: 'container' as const,
      scope_id: container_id,
      transformer_id,
      ...figures,
    })),
  ];
}

function headOf({ project, period, complete }: Made) {
  return {
    project_id: project.projectId,
    period: period.kind,
    period_name: period.name,
    from: new Date(period.span.from).toISOString(),
    to: new Date(period.span.to).toISOString(),
    tz: project.timeZone,
    complete,
  };
}

function figuresOf(tally: Tally): ReportFigures {
  const { lostThh, hashrate, power, knownS, activeS, excusedKnownS, excusedActiveS } = tally;
  const [averageKw, averageThs] = [over(power.sum, power.count), over(hashrate.sum, hashrate.count)];
  const lost = Object.fromEntries(CAUSES.map((cause) => [`lost_${cause}_thh`, lostThh[cause]])) as Pick<
    ReportFigures,
    `lost_${(typeof CAUSES)[number]}_thh`
  >;
  const [unexcusedS, unexcusedActiveS] =
    knownS === null || activeS === null ? [null, null] : [knownS - excusedKnownS, activeS - excusedActiveS];
  return {
    energy_kwh: tally.energyKwh,
    energy_integrated_kwh: tally.integratedKwh,
    hashes_eh: tally.hashesEh,
    power_kw: tidy(averageKw),
    power_kw_max: tidy(power.max),
    hashrate_ths: tidy(averageThs),
    efficiency_j_per_th: tidy(over(averageKw === null ? null : averageKw * 1000, averageThs)),
    availability_ratio: fine(over(activeS, knownS)),
    availability_excused_ratio: fine(over(unexcusedActiveS, unexcusedS)),
    excused_h: tidy(tally.excusedS / 3600),
    ...lost,
    coverage_ratio: fine(over(tally.coveredS, tally.expectedS)),
    cost_usd: tally.costUsd,
    cost_usd_per_eh: fine(over(tally.costUsd, tally.hashesEh)),
  };
}

function over(value: number | null, by: number | null): number | null {
  return value === null || by === null || by <= 0 ? null : value / by;
}

/** Ratios, and what stands in small numbers: to a millionth. */
function fine(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}
