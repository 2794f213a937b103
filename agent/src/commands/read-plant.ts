import type { Values } from '@hearst/protocol';
import { AntspaceDriver, DEFAULT_PRESSURE_UNIT } from '../drivers/antspace/driver.ts';
import { COOLANTS } from '../drivers/cooling/coolant.ts';
import { completed } from '../drivers/cooling/loop.ts';
import { type AntspaceTarget, type CoolingSources, describeTarget } from '../drivers/cooling/read.ts';
import type { ModbusReading } from '../drivers/driver.ts';
import type { RegisterReading } from '../drivers/modbus/decode.ts';
import { ModbusDriver } from '../drivers/modbus/driver.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import { PRESSURE_UNITS, type ReadingOptions } from '../drivers/modbus/tailor.ts';
import { type ModbusTarget, parseModbusTarget } from '../drivers/modbus/target.ts';
import type { Outcome, Problem, Surroundings } from './command.ts';
import { problemOfDevice } from './device-problem.ts';
import { answered, silent, type ToldRegister, usage } from './device-text.ts';
import { profilesFor } from './site.ts';

/** Reading of what is no miner: meters, monitors and cooling loops. */

const TIMEOUT_MS = 3000;

export function modbusTarget(text: string): ModbusTarget {
  try {
    return parseModbusTarget(text);
  } catch (error) {
    throw usage((error as Error).message, 'Try: hearst-agent read "modbus://10.20.0.5:502/1?profile=schneider-pm5xxx"');
  }
}

/** `antspace://HOST[:PORT][?pressure_unit=bar]`; the port is 80 unless given, the pressure unit what the manual says. */
export function antspaceTarget(text: string): AntspaceTarget {
  const url = URL.canParse(text) ? new URL(text) : null;
  const unit = url?.searchParams.get('pressure_unit') ?? DEFAULT_PRESSURE_UNIT;
  const pressureUnit = PRESSURE_UNITS.find((known) => known === unit);
  const unknown = [...(url?.searchParams.keys() ?? [])].find((key) => key !== 'pressure_unit');
  if (!url || url.hostname === '' || !['', '/'].includes(url.pathname) || !pressureUnit || unknown !== undefined) {
    const units = PRESSURE_UNITS.join(', ');
    throw usage(
      `${JSON.stringify(text)} is no address of a container controller, or its pressure_unit none of ${units}`,
      'Try: hearst-agent read "antspace://10.21.0.1?pressure_unit=MPa"',
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? 80 : Number(url.port);
  return { by: 'antspace', address: { host, port }, pressureUnit, coolant: COOLANTS.water };
}

export function loopSources(timeoutMs: number, profiles: Profiles): CoolingSources {
  return {
    modbus: new ModbusDriver({ deadlineMs: timeoutMs, profiles }),
    antspace: new AntspaceDriver({ deadlineMs: timeoutMs }),
  };
}

/** One device over Modbus, with every register that its profile knows: to hold against the device's own display. */
export async function readModbus(
  surroundings: Surroundings,
  target: ModbusTarget & { options?: ReadingOptions },
  id: string | null,
): Promise<Outcome> {
  const profiles = profilesFor(surroundings);
  const { address, unit, profile, options } = target;
  const known = profiles.get(profile);
  if (!known) throw usage(profiles.explain(profile), `Known profiles: ${profiles.ids().join(', ')}`);
  const device = `${address.host}:${address.port}/${unit}`;
  let registers: RegisterReading[];
  let reading: ModbusReading;
  try {
    const driver = new ModbusDriver({ deadlineMs: TIMEOUT_MS, profiles });
    ({ registers, reading } = await driver.inspect(address, unit, profile, undefined, options));
  } catch (error) {
    return silent(problemOfDevice(error, id ?? device));
  }
  if (known.of === 'cooling') reading = completed(reading, COOLANTS.water);
  const heading = [`${id ? `${id}  ` : ''}${device}   profile ${reading.definition}`];
  const data = {
    device,
    model: null,
    firmware: null,
    metrics: reading.values,
    repaired: [],
    registers: told(registers),
  };
  const outcome = answered(data, heading, implausibleProblems(reading, device, profile));
  return { ...outcome, text: [outcome.text, '', ...registerTable(registers)].join('\n') };
}

/** A container's controller over HTTP. */
export async function readController(target: AntspaceTarget): Promise<Outcome> {
  const device = describeTarget(target);
  const { address, pressureUnit, coolant } = target;
  try {
    const driver = new AntspaceDriver({ deadlineMs: TIMEOUT_MS });
    const reading = completed(await driver.read(address, pressureUnit), coolant);
    const data = { device, model: null, firmware: null, metrics: reading.values, repaired: [] };
    return answered(data, [device], implausibleProblems(reading, device));
  } catch (error) {
    return silent(problemOfDevice(error, device));
  }
}

/** A problem for each value that was struck out. */
export function implausibleProblems({ implausible }: ModbusReading, where: string, profile?: string): Problem[] {
  return implausible.map(({ metric, value, reason }): Problem => {
    if (reason === 'pressure_unit') {
      return {
        code: 'W2112',
        what: `${metric} reads ${value} bar, which a loop in operation never has, and counts as unknown`,
        where,
        cause: 'ten times as much or a tenth would be right: the controller tells another unit than configured',
        next: 'Set pressure_unit of the container in agent.yaml (bar, MPa or kPa) to what its screen shows',
      };
    }
    return {
      code: 'W2111',
      what: `${metric} reads ${value}, which cannot be true, and counts as unknown`,
      where,
      cause: 'a failed sensor, or a wrong scale, type or word order in the profile',
      next: `Compare with the device's display, then correct ${profile ? `the profile ${profile}` : 'the configuration'}`,
    };
  });
}

/** By how much heat and power may differ, and from which power on it is worth saying. */
const BALANCE = { share: 0.3, leastKw: 200 };

/** What goes in as current comes out as heat. The hub watches this all the time, by its own rule. */
export function balanceProblems(metrics: Values, where: string): Problem[] {
  const { heat_kw: heatKw, power_box1_kw: box1, power_box2_kw: box2, power_w: minersW } = metrics;
  const boxes = typeof box1 === 'number' && typeof box2 === 'number' ? box1 + box2 : null;
  const powerKw = boxes ?? (typeof minersW === 'number' ? minersW / 1000 : null);
  if (typeof heatKw !== 'number' || powerKw === null || powerKw < BALANCE.leastKw) return [];
  if (Math.abs(heatKw - powerKw) <= BALANCE.share * powerKw) return [];
  return [
    {
      code: 'W2113',
      what: `the coolant carries away ${Math.round(heatKw)} kW, the container draws ${Math.round(powerKw)} kW`,
      where,
      cause: 'one of flow, supply, return and power is measured wrong, or the coolant is not the one configured',
      next: "Compare each with the container's screen and with its neighbours; see coolant in agent.yaml",
    },
  ];
}

function told(registers: readonly RegisterReading[]): ToldRegister[] {
  return registers.map(({ register, raw, value }) => ({
    name: register.name,
    unit_id: register.unitId,
    function: register.function,
    address: register.address,
    raw,
    value,
    unit: register.unit,
    metric: register.metric,
  }));
}

function registerTable(registers: readonly RegisterReading[]): string[] {
  return registers.map(({ register, raw, value, read, verdict }) => {
    const { name, address, unit, unitId, type, bit } = register;
    const place = `${unitId === null ? '' : `${unitId}:`}${address}${type === 'bit' ? `.${bit}` : ''}`;
    const text =
      value === null ? (read === null ? VERDICTS[verdict] : `${read} ?`) : `${Math.round(value * 1000) / 1000}`;
    return `  ${place.padStart(9)} ${(raw ?? '-').padEnd(17)} ${text.padStart(14)} ${unit.padEnd(6)} ${name}`.trimEnd();
  });
}

const VERDICTS = { ok: '', not_available: 'not available', implausible: 'absurd', unsupported: 'refused' } as const;
