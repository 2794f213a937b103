import { z } from 'zod';

const Text = z.string().nullable();

/** A device that answered a sweep, as it is kept in `inventory.json`. Null: it does not say, or was not recognised. */
export const FoundDevice = z.object({
  kind: z.enum(['miner', 'modbus']),
  ip: z.string(),
  port: z.int(),
  /** Of Modbus devices. */
  unit: z.int().nullable(),
  model: Text,
  serial: Text,
  /** As `macOf` writes it. */
  mac: Text,
  firmware: Text,
  /** The miner definition or Modbus profile it was read by. */
  definition: Text,
  /** What a miner was doing. */
  status: Text,
  /** Why it could not be read although it answers: a DeviceErrorCode; null when it could. */
  problem: Text,
  /** RFC 3339. */
  seen_at: z.string(),
});
export type FoundDevice = z.infer<typeof FoundDevice>;

/** A port at which somebody is, but no device could be found. */
export const Closed = z.object({
  ip: z.string(),
  port: z.int(),
  kind: z.enum(['miner', 'modbus']),
  answer: z.enum(['gateway', 'foreign', 'mute', 'closed', 'refused', 'blocked']),
});
export type Closed = z.infer<typeof Closed>;

/** What a sweep came to. */
export interface ScanResult {
  started_at: string;
  took_ms: number;
  /** False when it was interrupted: what is missing here may be there. */
  complete: boolean;
  /** The ranges that were looked at; of an interrupted sweep the addresses that are done with. */
  ranges: string[];
  addresses: number;
  devices: FoundDevice[];
  /** Ports that were not silent, at addresses where no device was found. */
  closed: Closed[];
  /** Devices that only the second, longer look found. */
  late: number;
}
