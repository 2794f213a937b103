import type { BoardValues, MinerStatus, Values } from '@hearst/protocol';

/**
 * What every driver promises. A driver reads one device once: it knows nothing of poller, outbox or uplink,
 * keeps no connection between reads, and never has more than one request in flight to a device.
 */

/**
 * Why a device gave no usable reading.
 *
 * - `refused`: nobody listens there
 * - `unreachable`: no route, host down
 * - `timeout`: no complete reply within the deadline
 * - `closed`: the device closed or reset the connection without a reply (its access list may exclude us)
 * - `too_large`: more bytes than any real reply
 * - `malformed`: a reply that no known repair makes readable
 * - `access_denied`: the device refuses the command (CGMiner code 45)
 * - `unsupported`: the device does not know the command or register (CGMiner code 14, Modbus exception 1 or 2)
 * - `device_error`: the device says it failed (CGMiner STATUS E or F, other Modbus exceptions)
 * - `wrong_device`: another device, unit or function answered than the one asked
 */
export type DeviceErrorCode =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'too_large'
  | 'malformed'
  | 'access_denied'
  | 'unsupported'
  | 'device_error'
  | 'wrong_device';

/** A device being off is a state, not a fault of the agent: callers turn this into a status, not a log line. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode;
  /** `host:port` and, for Modbus, `/unit`. */
  readonly address: string;
  /** Whether the same request may succeed a moment later. */
  readonly transient: boolean;

  constructor(code: DeviceErrorCode, address: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DeviceError';
    this.code = code;
    this.address = address;
    this.transient = code !== 'access_denied' && code !== 'unsupported' && code !== 'wrong_device';
  }
}

/** Who a miner says it is. Null where its firmware does not say. */
export interface MinerIdentity {
  model: string | null;
  serial: string | null;
  mac: string | null;
  firmware: string | null;
}

/** The pool a miner works for. */
export interface PoolInUse {
  url: string | null;
  worker: string | null;
  /** As the device words it, its misspellings mended (`Deed` is Dead). */
  state: string | null;
}

/** One miner, read once. */
export interface MinerReading {
  status: Exclude<MinerStatus, 'unknown' | 'offline'>;
  values: Values;
  /** Its hashboards one by one; absent unless asked for, and where its firmware tells nothing of them. */
  boards?: BoardValues;
  identity: MinerIdentity;
  /** Null when `pools` was not asked or holds none in use. */
  pool: PoolInUse | null;
  /** What it says is wrong with it, by its own codes; empty when it says that nothing is, absent when it does not say. */
  errors?: string[];
  /** The known malformations that had to be mended, by name; empty for a clean reply. */
  repaired: string[];
  /** Id of the definition that recognised the device. */
  definition: string;
  /** What was asked beside the readings and did not come, with why; absent when all came. */
  missed?: { command: string; code: DeviceErrorCode }[];
}

/** One Modbus device, or a controller that tells the same over HTTP, read once. Values a register marks as "not available", or that cannot be true, are null. */
export interface ModbusReading {
  values: Values;
  /** Metrics struck out because their value cannot be true, with what was read. */
  implausible: Implausible[];
  /** Id of the profile. */
  definition: string;
}

/** A value that was not believed. `pressure_unit`: it would be true in another unit than the one configured. */
export interface Implausible {
  metric: string;
  value: number;
  reason?: 'pressure_unit';
}

/** Where a device is. */
export interface DeviceAddress {
  host: string;
  port: number;
}
