import { cellOf, type Layout } from '@hearst/protocol';
import type { Site } from '../config/site.ts';
import type { Examination } from '../doctor/check.ts';
import type { MaintenanceEntry } from '../maintenance/entry.ts';
import type { MinerState } from '../poller/container-poll.ts';

import { type ContainerWord, containerWord } from './container-word.ts';
import type { StatusReport } from './report.ts';

/** What the page shows, asked for every two seconds. Words come in both languages where the doctor has them. */
export interface PageData {
  report: Omit<StatusReport, 'poller'> & { interval_s: number };
  totals: {
    miners: number;
    answering: number;
    meters: number;
    meters_answering: number;
    polls: number;
    skipped: number;
  };
  containers: PageContainer[];
  doctor: Examination | null;
}

export interface PageContainer {
  id: string;
  word: ContainerWord;
  miners: number;
  answering: number;
  cooling: 'answers' | 'silent' | null;
  took_ms: number;
  at: number | null;
  /** ISO time; null when nobody works on it. */
  maintenance_until: string | null;
}

export function pageData(
  report: StatusReport,
  site: Site,
  doctor: Examination | null,
  maintenance: readonly MaintenanceEntry[],
): PageData {
  const { poller, ...rest } = report;
  const { meters, miners, answering, polls, skipped } = poller;
  return {
    report: { ...rest, interval_s: site.poll.intervalMs / 1000 },
    totals: { miners, answering, meters: meters.meters, meters_answering: meters.answering, polls, skipped },
    containers: poller.containers.map((one) => ({
      id: one.container,
      word: containerWord(one, maintenance),
      miners: one.miners,
      answering: one.answering,
      cooling: one.cooling,
      took_ms: one.tookMs,
      at: one.at,
      maintenance_until: maintenance.find(({ subject }) => subject === one.container)?.until ?? null,
    })),
    doctor,
  };
}

/** One container's miners, each with its place in the layout; without one they stand in rows of 20. */
export interface PageMiners {
  container: string;
  rows: number;
  columns: number;
  miners: (Pick<MinerState, 'id' | 'position' | 'address' | 'status' | 'hashrateThs' | 'temperatureC' | 'model'> & {
    row: number;
    column: number;
  })[];
}

const ROW = 20;

export function pageMiners(container: string, layout: Layout | null, miners: readonly MinerState[]): PageMiners {
  const grid: Layout = layout ?? { rows: Math.max(1, Math.ceil(miners.length / ROW)), columns: ROW, order: 'row' };
  return {
    container,
    rows: grid.rows,
    columns: grid.columns,
    miners: miners.map(({ id, position, address, status, hashrateThs, temperatureC, model }) => ({
      id,
      position,
      address,
      status,
      hashrateThs,
      temperatureC,
      model,
      ...cellOf(position, grid),
    })),
  };
}
