import { METRICS, type MetricName, safeText, type Values } from '@hearst/protocol';
import { CommandFailure, EXIT, type Outcome, type Problem } from './command.ts';

/** What `read --json` answers for one device. */
export interface DeviceData {
  /** `HOST:PORT`, `HOST:PORT/UNIT`, or a container's id. */
  device: string;
  model: string | null;
  firmware: string | null;
  metrics: Values;
  repaired: string[];
  /** Of a Modbus device: every register that its profile knows, as it came. */
  registers?: ToldRegister[];
}

/** A register as `read --json` tells it. */
export interface ToldRegister {
  name: string;
  unit_id: number | null;
  function: number;
  address: number;
  /** As it came, hexadecimal digits in the order of the wire; null where the device refuses it. */
  raw: string | null;
  value: number | null;
  unit: string;
  metric: string | null;
}

export function answered(data: DeviceData, heading: string[], problems: Problem[] = []): Outcome {
  return { code: EXIT.ok, data, problems, text: [...heading, '', ...metricTable(data.metrics)].join('\n') };
}

export function silent(problem: Problem): Outcome {
  return { code: EXIT.failed, data: null, problems: [problem], text: '' };
}

export function facts(given: Record<string, string | null | undefined>): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const text = safeText(value);
    return text === null ? [] : [`  ${name.padEnd(9)} ${text}`];
  });
}

/** One metric a line, in the catalogue's order, with its unit; what the device did not give says so. */
function metricTable(values: Values): string[] {
  return (Object.keys(METRICS) as MetricName[]).flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    const { label, unit } = METRICS[name];
    const text = value === null ? 'unknown' : rounded(value);
    return [`  ${name.padEnd(23)} ${text.padStart(12)} ${value === null ? '' : unit.padEnd(7)} ${label.en}`.trimEnd()];
  });
}

export function usage(what: string, next: string): CommandFailure {
  return new CommandFailure(EXIT.usage, { code: 'E1001', what, where: '', cause: null, next });
}

/** Three decimals; four digits of what is less (the rates of scrypt machines). */
export function rounded(value: number): string {
  return String(Math.abs(value) < 0.1 ? Number(value.toPrecision(4)) : Math.round(value * 1000) / 1000);
}
