import type { DeviceAddress, MinerReading } from '../drivers/driver.ts';

export type { AntspaceSource, ModbusSource } from '../drivers/cooling/read.ts';

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
