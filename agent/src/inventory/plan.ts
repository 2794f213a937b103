import { parseIpv4 } from '../config/addresses.ts';
import type { Site } from '../config/site.ts';
import { AddressSet } from '../scan/address-set.ts';
import type { Answer } from '../scan/probe.ts';
import { type ExpectedModbus, type ExpectedSlot, expectedModbus, expectedSlots } from './expected.ts';
import type { Inventory, InventoryDevice } from './store.ts';

/**
 * How a slot stands.
 *
 * - `placed`: the device that belongs there answers
 * - `replaced`: another device answers at its address than the one its table names
 * - `moved`: its device answers, at another address
 * - `contested`: two devices claim it, and neither is believed
 * - `absent`: looked at, and nobody answers
 * - `unseen`: never looked at
 */
export type SlotState = 'placed' | 'replaced' | 'moved' | 'contested' | 'absent' | 'unseen';

export interface SlotPlan extends ExpectedSlot {
  state: SlotState;
  /** Who stands there; the first of the claimants of a contested slot, null for nobody. */
  device: InventoryDevice | null;
  /** What its address did instead of answering like a miner. */
  answer: Answer | null;
}

export interface ModbusPlan extends ExpectedModbus {
  state: 'answers' | 'failing' | 'absent' | 'unseen';
  problem: string | null;
}

/** Devices that answer at different addresses and say that they are the same one. */
export interface Duplicate {
  by: 'serial' | 'mac';
  value: string;
  devices: InventoryDevice[];
}

/** What stands where, and what does not fit. */
export interface Plan {
  slots: SlotPlan[];
  modbus: ModbusPlan[];
  /** Answer, and have no place here. */
  strangers: InventoryDevice[];
  duplicates: Duplicate[];
  contested: { slot: ExpectedSlot; devices: InventoryDevice[] }[];
  /** Answer, and could not be read. */
  unreadable: InventoryDevice[];
}

/**
 * Puts found devices into slots. A slot is claimed by serial, else by MAC, else by address, and by nothing else: what
 * claims no slot is a stranger, what two claim is nobody's. Nothing is guessed.
 */
export function planOf(site: Site | null, inventory: Inventory): Plan {
  const answering = inventory.devices.filter(({ answers }) => answers);
  const miners = answering.filter(({ kind }) => kind === 'miner');
  const slots = site ? expectedSlots(site, inventory.by_hand) : [];
  const looked = AddressSet.of(inventory.ranges);
  const sawOf = (ip: string | null): boolean => ip !== null && looked.has(parseIpv4(ip) ?? -1);

  const claim = claims(slots);
  const claimants = Map.groupBy(miners, claim);
  const answers = new Map(
    inventory.closed.filter(({ kind }) => kind === 'miner').map((one) => [`${one.ip}:${one.port}`, one.answer]),
  );
  const planned = slots.map((slot): SlotPlan => {
    const devices = claimants.get(slot) ?? [];
    const [device = null] = devices;
    const state =
      devices.length > 1 ? 'contested' : device ? standing(slot, device) : sawOf(slot.ip) ? 'absent' : 'unseen';
    const answer = device ? null : (answers.get(`${slot.ip}:${slot.port}`) ?? (state === 'absent' ? 'silent' : null));
    return { ...slot, state, device, answer };
  });
  const { modbus, strangers } = planModbus(site, answering, sawOf);
  return {
    slots: planned,
    modbus,
    strangers: [...(claimants.get(null) ?? []), ...strangers],
    duplicates: [...duplicatesBy('serial', miners), ...duplicatesBy('mac', miners)],
    contested: slots.flatMap((slot) => {
      const devices = claimants.get(slot) ?? [];
      return devices.length > 1 ? [{ slot, devices }] : [];
    }),
    unreadable: answering.filter(({ problem }) => problem !== null),
  };
}

/** Which slot a device claims. A person's word on an address comes before the site file's. */
function claims(slots: readonly ExpectedSlot[]): (device: InventoryDevice) => ExpectedSlot | null {
  const bySerial = new Map(slots.flatMap((slot) => (slot.serial === null ? [] : [[slot.serial, slot] as const])));
  const byMac = new Map(slots.flatMap((slot) => (slot.mac === null ? [] : [[slot.mac, slot] as const])));
  const byAddress = new Map<string, ExpectedSlot>();
  for (const slot of slots) {
    const key = `${slot.ip}:${slot.port}`;
    if (slot.by === 'hand' || !byAddress.has(key)) byAddress.set(key, slot);
  }
  return ({ serial, mac, ip, port }) =>
    (serial !== null && bySerial.get(serial)) ||
    (mac !== null && byMac.get(mac)) ||
    byAddress.get(`${ip}:${port}`) ||
    null;
}

function standing(slot: ExpectedSlot, device: InventoryDevice): SlotState {
  const differs = (listed: string | null, is: string | null): boolean =>
    listed !== null && is !== null && listed !== is;
  if (differs(slot.serial, device.serial) || (slot.serial === null && differs(slot.mac, device.mac))) return 'replaced';
  return slot.ip !== null && slot.ip !== device.ip ? 'moved' : 'placed';
}

function planModbus(
  site: Site | null,
  answering: readonly InventoryDevice[],
  sawOf: (ip: string) => boolean,
): { modbus: ModbusPlan[]; strangers: InventoryDevice[] } {
  const found = answering.filter(({ kind }) => kind === 'modbus');
  const key = ({ ip, port, unit }: { ip: string; port: number; unit: number | null }): string =>
    `${ip}:${port}/${unit}`;
  const byKey = new Map(found.map((device) => [key(device), device]));
  const expected = site ? expectedModbus(site) : [];
  const hosts = new Set(expected.map(({ ip, port }) => `${ip}:${port}`));
  const modbus = expected.map((one): ModbusPlan => {
    const device = byKey.get(key(one));
    const state = device ? (device.problem === null ? 'answers' : 'failing') : sawOf(one.ip) ? 'absent' : 'unseen';
    return { ...one, state, problem: device?.problem ?? null };
  });
  return { modbus, strangers: found.filter(({ ip, port }) => !hosts.has(`${ip}:${port}`)) };
}

function duplicatesBy(by: Duplicate['by'], miners: readonly InventoryDevice[]): Duplicate[] {
  const groups = Map.groupBy(
    miners.filter((device) => device[by] !== null),
    (device) => device[by] as string,
  );
  // The same devices by both is one finding.
  const told = (devices: InventoryDevice[]): boolean =>
    by === 'mac' && devices[0]?.serial != null && devices.every(({ serial }) => serial === devices[0]?.serial);
  return [...groups].flatMap(([value, devices]) =>
    devices.length > 1 && !told(devices) ? [{ by, value, devices }] : [],
  );
}
