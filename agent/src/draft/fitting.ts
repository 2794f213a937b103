import { eachAtOnce } from '../at-once.ts';
import { DeviceError } from '../drivers/driver.ts';
import { ModbusDriver } from '../drivers/modbus/driver.ts';
import type { Profiles } from '../drivers/modbus/profile.ts';
import type { FoundDevice } from '../scan/device.ts';

/** Modbus devices at addresses one after the other that are probably alike: same port, same name for themselves. */
export interface DeviceRun {
  devices: FoundDevice[];
  /** Profiles by which the first of them can be read, sorted. */
  fits: string[];
}

/** For one device: connecting and everything asked of it. */
const DEADLINE_MS = 2000;
/** Runs tried at once. */
const AT_ONCE = 8;
/** A profile fits when at least this share of its metrics has a value that can be true. */
const LEAST_SHARE = 0.6;

/** Groups the Modbus devices of a sweep; sorted by address. */
export function runsOf(devices: readonly FoundDevice[], numberOf: (ip: string) => number): FoundDevice[][] {
  const sorted = devices.filter(({ kind }) => kind === 'modbus').toSorted((a, b) => numberOf(a.ip) - numberOf(b.ip));
  const runs: FoundDevice[][] = [];
  for (const device of sorted) {
    const before = runs.at(-1)?.at(-1);
    const follows =
      before?.port === device.port && before.model === device.model && numberOf(device.ip) - numberOf(before.ip) <= 1;
    if (follows) runs.at(-1)?.push(device);
    else runs.push([device]);
  }
  return runs;
}

/**
 * Reads the first device of each run by every profile there is, and says which give a reading one can believe. Reads only
 * (functions 3 and 4). A maker that the device names itself rules out the others' profiles.
 */
export async function fitted(
  runs: readonly FoundDevice[][],
  profiles: Profiles,
  signal: AbortSignal,
  onTried: () => void,
): Promise<DeviceRun[]> {
  const driver = new ModbusDriver({ deadlineMs: DEADLINE_MS, profiles });
  return eachAtOnce(runs, AT_ONCE, async (devices) => {
    const fits = await fitsOf(devices[0]!, driver, profiles, signal);
    onTried();
    return { devices, fits };
  });
}

async function fitsOf(
  { ip, port, unit, model }: FoundDevice,
  driver: ModbusDriver,
  profiles: Profiles,
  signal: AbortSignal,
): Promise<string[]> {
  const known = profiles.ids().flatMap((id) => profiles.get(id) ?? []);
  const named = known.filter(({ make }) => model?.toLowerCase().includes(make.split(' ')[0]!.toLowerCase()));
  const fits: string[] = [];
  for (const { id } of named.length > 0 ? named : known) {
    if (await isRead(driver, { host: ip, port }, unit ?? 1, id, signal)) fits.push(id);
  }
  return fits;
}

async function isRead(
  driver: ModbusDriver,
  address: { host: string; port: number },
  unit: number,
  profile: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { values, implausible } = await driver.read(address, unit, profile, signal);
    const all = Object.values(values);
    const told = all.filter((value) => value !== null);
    // A device that answers every register with 0 fits nothing.
    return implausible.length === 0 && told.some((value) => value !== 0) && told.length >= LEAST_SHARE * all.length;
  } catch (error) {
    if (error instanceof DeviceError) return false; // it has no such registers, which is what was asked
    throw error;
  }
}
