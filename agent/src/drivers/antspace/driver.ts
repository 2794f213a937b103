import { isPlausible, METRICS, type Values } from '@hearst/protocol';
import { type DeviceAddress, DeviceError, type ModbusReading } from '../driver.ts';
import type { PressureUnit } from '../modbus/tailor.ts';
import { unitFactor } from '../modbus/unit-factors.ts';
import { askState } from './client.ts';
import { FIELDS, type FieldKind } from './fields.ts';

/** The definition that readings name. */
export const ANTSPACE = 'antspace-http';
/** What the maker's manual says. */
export const DEFAULT_PRESSURE_UNIT: PressureUnit = 'MPa';

/**
 * Reads the controller of an ANTSPACE container over HTTP: `{ ok, method, params }`, of which `params` holds the fields.
 * Fields that nobody knows are ignored; one that is known and says nothing readable is null.
 */
export class AntspaceDriver {
  readonly #deadlineMs: number;

  constructor({ deadlineMs }: { deadlineMs: number }) {
    this.#deadlineMs = deadlineMs;
  }

  /** @throws {DeviceError} when it cannot be read; the signal's reason when aborted */
  async read(address: DeviceAddress, pressureUnit: PressureUnit, signal?: AbortSignal): Promise<ModbusReading> {
    const text = await askState(address, { deadlineMs: this.#deadlineMs, signal });
    return readingOf(paramsOf(text, `${address.host}:${address.port}`), pressureUnit);
  }
}

function paramsOf(text: string, where: string): Record<string, unknown> {
  const failure = (code: 'malformed' | 'device_error', what: string) =>
    new DeviceError(code, where, `container controller ${where}: ${what}`);
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    throw failure('malformed', 'answered something that is no JSON');
  }
  if (!isRecord(reply)) throw failure('malformed', 'answered no object');
  if (truth(reply.ok) === 0) throw failure('device_error', 'says that it failed: ok is false');
  if (!isRecord(reply.params)) throw failure('malformed', 'answered no params');
  if (!Object.keys(reply.params).some((name) => Object.hasOwn(FIELDS, name)))
    throw failure('malformed', 'answered params without a single field of a cooling loop');
  return reply.params;
}

function readingOf(params: Record<string, unknown>, pressureUnit: PressureUnit): ModbusReading {
  const values: Values = {};
  const implausible: { metric: string; value: number }[] = [];
  for (const [name, told] of Object.entries(params)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (!field) continue;
    const value = field.kind === 'flag' ? truth(told) : quantity(told, field.kind, pressureUnit);
    for (const metric of field.metrics) {
      const believed = value !== null && isPlausible(METRICS[metric], value);
      if (value !== null && !believed) implausible.push({ metric, value });
      values[metric] = larger(values[metric], believed ? value : null);
    }
  }
  return { values, implausible, definition: ANTSPACE };
}

function larger(known: number | null | undefined, value: number | null): number | null {
  return known === undefined || known === null || (value !== null && value > known) ? value : known;
}

/** In the catalogue's unit; null for what is no number. */
function quantity(told: unknown, kind: FieldKind, pressureUnit: PressureUnit): number | null {
  const number = typeof told === 'string' && told.trim() !== '' ? Number(told) : told;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const scale = kind === 'pressure' ? (unitFactor(pressureUnit, 'bar') ?? 1) : SCALES[kind];
  return scale === 1 ? number : Number((number * scale).toPrecision(12));
}

const SCALES: Readonly<Record<Exclude<FieldKind, 'pressure'>, number>> = {
  number: 1,
  flag: 1,
  watts: 0.001,
  tenths: 0.1,
};

/** 1 or 0, in whichever way it is written; null for anything else. */
function truth(told: unknown): 0 | 1 | null {
  const word = String(told).trim().toLowerCase();
  if (['true', '1', 'on', 'yes'].includes(word)) return 1;
  return ['false', '0', 'off', 'no'].includes(word) ? 0 : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
