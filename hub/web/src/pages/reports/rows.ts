import type { Report, ReportFigures } from '../../api/reports.ts';
import { shortId } from '../../components/short-id.ts';
import { moment } from '../../format.ts';

/** A line of a report's table. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly figures: ReportFigures;
  /** Whose time still runs. */
  readonly runs: boolean;
  /** The day whose own report it is the sum of. */
  readonly day: string | null;
}

/** The days that have begun; of a month that runs the last one is not over. */
export function rowsOfDays({ days, complete }: Pick<Report, 'days' | 'complete'>): Row[] {
  return days.map(({ date, ...figures }, i) => ({
    id: date,
    name: moment(date, { weekday: 'short', day: 'numeric', month: 'short' }, 'UTC'),
    figures,
    runs: !complete && i === days.length - 1,
    day: date,
  }));
}

export function rowsOfContainers({
  containers,
  project_id: projectId,
}: Pick<Report, 'containers' | 'project_id'>): Row[] {
  return containers.map(({ container_id: id, name, transformer_id: _, ...figures }) => ({
    id,
    name: name ?? shortId(id, projectId),
    figures,
    runs: false,
    day: null,
  }));
}
