import {
  type Columns,
  type ContainerFrame,
  isPlausible,
  METRICS,
  type MeterFrame,
  type MetricName,
  type MetricSubject,
  metricOf,
  statusCode,
  type Values,
} from '@hearst/protocol';
import type { MinerReading } from '../drivers/driver.ts';

const OFFLINE = statusCode('offline');

export interface FrameHead {
  project: string;
  /** When the poll began, ms since 1970 UTC. */
  at: number;
  intervalMs: number;
}

/**
 * One poll of one container. `readings[i]` is what the miner at position i + 1 gave; null for a silent one,
 * which stands as `offline` with null in every column. A metric that no miner gave is left out.
 */
export function containerFrame(
  { project, at, intervalMs }: FrameHead,
  container: string,
  readings: readonly (MinerReading | null)[],
  cooling: { expected: boolean; values: Values | null },
): ContainerFrame {
  const columns: Columns = {};
  const status = readings.map((reading, i) => {
    if (!reading) return OFFLINE;
    for (const name in reading.values) {
      const value = believed('miner', name, reading.values[name as MetricName]);
      if (value === null) continue;
      columns[name as MetricName] ??= new Array<number | null>(readings.length).fill(null);
      columns[name as MetricName]![i] = value;
    }
    return statusCode(reading.status);
  });
  return {
    kind: 'container',
    project,
    container,
    at,
    interval_s: intervalMs / 1000,
    positions: readings.map((_, i) => i + 1),
    status,
    columns,
    cooling: cooling.values && believedValues('cooling', cooling.values),
    cooling_expected: cooling.expected,
  };
}

/** One poll of one meter; `values` null when it was silent. */
export function meterFrame(
  { project, at, intervalMs }: FrameHead,
  meter: { id: string; transformer: string | null },
  values: Values | null,
): MeterFrame {
  return {
    kind: 'meter',
    project,
    meter: meter.id,
    transformer: meter.transformer,
    at,
    interval_s: intervalMs / 1000,
    values: values && believedValues('meter', values),
  };
}

/** Drivers strike out what cannot be true; this is the last look before it is kept for ever. */
function believed(of: MetricSubject, name: string, value: number | null | undefined): number | null {
  const metric = metricOf(name);
  return metric?.of === of && typeof value === 'number' && isPlausible(metric, value) ? value : null;
}

function believedValues(of: MetricSubject, values: Values): Values {
  const out: Values = {};
  for (const name of Object.keys(values) as MetricName[]) {
    if (METRICS[name]?.of === of) out[name] = believed(of, name, values[name]);
  }
  return out;
}
