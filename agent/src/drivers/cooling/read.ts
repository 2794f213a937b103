import type { Coolant } from '@hearst/protocol';
import type { DeviceAddress, ModbusReading } from '../driver.ts';
import type { PressureUnit, ReadingOptions } from '../modbus/tailor.ts';
import { completed } from './loop.ts';

/** A container's controller, reached over Modbus by a profile. */
export interface ModbusLoopTarget {
  readonly by: 'modbus';
  readonly address: DeviceAddress;
  readonly unit: number;
  readonly profile: string;
  readonly options: ReadingOptions;
  readonly coolant: Coolant;
}

/** A container's controller, reached over HTTP as the ANTSPACE family speaks it. */
export interface AntspaceTarget {
  readonly by: 'antspace';
  readonly address: DeviceAddress;
  readonly pressureUnit: PressureUnit;
  readonly coolant: Coolant;
}

export type CoolingTarget = ModbusLoopTarget | AntspaceTarget;

/** Reads one Modbus device once; throws DeviceError. */
export interface ModbusSource {
  read(
    address: DeviceAddress,
    unit: number,
    profile: string,
    signal?: AbortSignal,
    options?: ReadingOptions,
  ): Promise<ModbusReading>;
}

/** Reads one controller of the ANTSPACE family over HTTP; throws DeviceError. */
export interface AntspaceSource {
  read(address: DeviceAddress, pressureUnit: PressureUnit, signal?: AbortSignal): Promise<ModbusReading>;
}

export interface CoolingSources {
  readonly modbus: ModbusSource;
  readonly antspace: AntspaceSource;
}

/** Reads a loop once, by whichever way it is reached, and works out what follows from its values. Throws DeviceError. */
export async function readLoop(
  target: CoolingTarget,
  { modbus, antspace }: CoolingSources,
  signal?: AbortSignal,
): Promise<ModbusReading> {
  const reading =
    target.by === 'modbus'
      ? await modbus.read(target.address, target.unit, target.profile, signal, target.options)
      : await antspace.read(target.address, target.pressureUnit, signal);
  return completed(reading, target.coolant);
}

/** `HOST:PORT/UNIT PROFILE`, or the address that is asked over HTTP: for people. */
export function describeTarget(target: CoolingTarget): string {
  const { host, port } = target.address;
  return target.by === 'modbus' ? `${host}:${port}/${target.unit} ${target.profile}` : `http://${host}:${port}`;
}
