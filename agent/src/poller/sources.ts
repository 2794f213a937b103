import type { DeviceAddress, MinerReading, ModbusReading } from '../drivers/driver.ts';

/** What goes along with `stats` in one reading of a miner. */
export interface Ask {
  summary: boolean;
  pools: boolean;
  version: boolean;
  /** Its hashboards one by one. */
  boards?: boolean;
}

/** Reads one miner once; throws DeviceError. */
export interface MinerSource {
  read(address: DeviceAddress, ask: Ask, signal?: AbortSignal): Promise<MinerReading>;
}

/** Reads one Modbus device once; throws DeviceError. */
export interface ModbusSource {
  read(address: DeviceAddress, unit: number, profile: string, signal?: AbortSignal): Promise<ModbusReading>;
}
