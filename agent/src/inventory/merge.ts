import { parseIpv4 } from '../config/addresses.ts';
import { AddressSet } from '../scan/address-set.ts';
import type { FoundDevice, ScanResult } from '../scan/device.ts';
import type { Inventory, InventoryDevice } from './store.ts';

/** What a device is known by: serial, else MAC, else where it is. */
function keyOf({ kind, serial, mac, ip, port, unit }: FoundDevice): string {
  return serial !== null ? `s ${serial}` : mac !== null ? `m ${mac}` : `${kind} ${ip}:${port}/${unit}`;
}

/**
 * The inventory after a sweep. A device keeps the day it was first seen over changes of address; one that was there
 * and does not answer any more stays, marked so. What lies outside the sweep's ranges stays as it was.
 */
export function mergeScan(inventory: Inventory, scan: ScanResult): Inventory {
  const swept = AddressSet.of(scan.ranges);
  const inside = ({ ip }: { ip: string }): boolean => swept.has(parseIpv4(ip) ?? -1);
  const before = new Map(inventory.devices.map((device) => [keyOf(device), device]));
  const found = scan.devices.map(
    (device): InventoryDevice => ({
      ...device,
      first_seen_at: before.get(keyOf(device))?.first_seen_at ?? device.seen_at,
      answers: true,
    }),
  );
  const keys = new Set(found.map(keyOf));
  const gone = inventory.devices
    .filter((device) => !keys.has(keyOf(device)))
    .map((device) => (inside(device) ? { ...device, answers: false } : device));
  return {
    ...inventory,
    scanned_at: scan.started_at,
    ranges: AddressSet.of([...inventory.ranges, ...scan.ranges]).texts(),
    devices: [...found, ...gone].sort(byAddress),
    closed: [...inventory.closed.filter((one) => !inside(one)), ...scan.closed].sort(byAddress),
  };
}

function byAddress(a: { ip: string; port: number }, b: { ip: string; port: number }): number {
  return (parseIpv4(a.ip) ?? 0) - (parseIpv4(b.ip) ?? 0) || a.port - b.port;
}
