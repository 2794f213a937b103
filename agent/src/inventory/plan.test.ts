import { expect, test } from 'vitest';
import { parseSiteFile } from '../config/load.ts';
import type { FoundDevice, ScanResult } from '../scan/device.ts';
import { mergeScan } from './merge.ts';
import { planOf } from './plan.ts';
import { EMPTY_INVENTORY, type HandPlacement, type Inventory } from './store.ts';

const { site } = parseSiteFile(
  `version: 1
site: { project: QATAR-001 }
transformers: [{ id: QATAR-T01 }]
containers:
  - { id: QATAR-C01, miners: 4, range: 10.0.1.1-10.0.1.4, cooling: { address: "10.9.0.1:502", profile: antspace-hd5 } }
  - { id: QATAR-C02, miners: 2, pattern: "10.0.{container}.{position}" }
meters: [{ id: QATAR-E01, address: "10.9.1.1:502", profile: schneider-pm5xxx }]
`,
  ['antspace-hd5', 'schneider-pm5xxx'],
);

const DAY = '2026-11-27T01:00:00.000Z';
const miner = (ip: string, serial: string | null = null, more: Partial<FoundDevice> = {}): FoundDevice => ({
  ...{ kind: 'miner', ip, port: 4028, unit: null, model: 'Antminer S21 XP Hyd.', serial, mac: null, firmware: null },
  ...{ definition: 'antminer-s21-xp-hyd', status: 'hashing', problem: null, seen_at: DAY },
  ...more,
});
const scan = (devices: FoundDevice[], more: Partial<ScanResult> = {}): ScanResult => ({
  ...{ started_at: DAY, took_ms: 1, complete: true, ranges: ['10.0.0.0/16', '10.9.0.0/16'], addresses: 1 },
  ...{ devices, closed: [], late: 0 },
  ...more,
});
const hand = (container: string, position: number, more: Partial<HandPlacement>): HandPlacement => ({
  ...{ container, position, ip: null, serial: null, mac: null },
  ...more,
});
const inventoryOf = (devices: FoundDevice[], byHand: HandPlacement[] = [], more: Partial<ScanResult> = {}): Inventory =>
  mergeScan({ ...EMPTY_INVENTORY, by_hand: byHand }, scan(devices, more));

/** `M001 placed 10.0.1.1`, slot by slot of the first container. */
function slotsOf(inventory: Inventory, container = 'QATAR-C01'): string[] {
  return planOf(site, inventory)
    .slots.filter((slot) => slot.container === container)
    .map(({ id, state, device, answer }) => [id.slice(-4), state, device?.ip, answer].filter(Boolean).join(' '));
}

test('by address: placed, absent with what its port did, never looked at; the rest are strangers', () => {
  const devices = [
    miner('10.0.1.1', 'A'),
    miner('10.0.1.3', 'B'),
    miner('10.0.7.7', 'C'),
    miner('10.0.1.2', 'D', { port: 4029 }),
  ];
  const closed = [{ ip: '10.0.1.2', port: 4028, kind: 'miner', answer: 'refused' } as const];
  const inventory = inventoryOf(devices, [], { closed, ranges: ['10.0.1.0/24', '10.0.7.0/24'] });
  expect(slotsOf(inventory)).toEqual([
    'M001 placed 10.0.1.1',
    'M002 absent refused',
    'M003 placed 10.0.1.3',
    'M004 absent silent',
  ]);
  expect(slotsOf(inventory, 'QATAR-C02')).toEqual(['M001 unseen', 'M002 unseen']);
  const { strangers, modbus } = planOf(site, inventory);
  // A miner on another port than its container's is no guess for it.
  expect(strangers.map(({ ip, port }) => `${ip}:${port}`)).toEqual(['10.0.1.2:4029', '10.0.7.7:4028']);
  expect(modbus.map(({ id, state }) => `${id} ${state}`)).toEqual(['QATAR-C01 cooling unseen', 'QATAR-E01 unseen']);
});

test("by a person's word: serial and MAC before addresses, and what is there now before what was listed", () => {
  const mac = '28:e2:97:00:00:01';
  const devices = [
    miner('10.0.1.1', 'A'),
    miner('10.0.1.2', 'NEW'),
    miner('10.0.5.5', 'MOVED'),
    miner('10.0.5.6', null, { mac }),
  ];
  const byHand = [
    hand('QATAR-C01', 2, { ip: '10.0.1.2', serial: 'OLD' }),
    hand('QATAR-C01', 3, { ip: '10.0.1.3', serial: 'MOVED' }),
    hand('QATAR-C01', 4, { mac }),
  ];
  expect(slotsOf(inventoryOf(devices, byHand))).toEqual([
    'M001 placed 10.0.1.1',
    'M002 replaced 10.0.1.2',
    'M003 moved 10.0.5.5',
    'M004 placed 10.0.5.6',
  ]);
  expect(planOf(site, inventoryOf(devices, byHand)).strangers).toEqual([]);
});

test('an address given by hand is taken from the place the site file had for it, whichever comes first', () => {
  const byHand = [hand('QATAR-C01', 2, { ip: '10.0.1.3' }), hand('QATAR-C01', 4, { ip: '10.0.1.1' })];
  expect(slotsOf(inventoryOf([miner('10.0.1.1', 'A'), miner('10.0.1.3', 'B')], byHand))).toEqual([
    'M001 absent silent',
    'M002 placed 10.0.1.3',
    'M003 absent silent',
    'M004 placed 10.0.1.1',
  ]);
});

test('two devices for one place: neither is believed', () => {
  const byHand = [hand('QATAR-C01', 1, { ip: '10.0.1.1', serial: 'A' })];
  const plan = planOf(site, inventoryOf([miner('10.0.1.1', 'B'), miner('10.0.8.8', 'A')], byHand));
  expect(plan.slots[0]?.state).toBe('contested');
  expect(plan.contested.map(({ slot, devices }) => [slot.id, ...devices.map(({ ip }) => ip)])).toEqual([
    ['QATAR-C01-M001', '10.0.1.1', '10.0.8.8'],
  ]);
});

test('one serial or MAC at two addresses is told once; unreadable devices and Modbus failures too', () => {
  const mac = '28:e2:97:00:00:02';
  const devices = [
    ...[miner('10.0.1.1', 'A', { mac }), miner('10.0.1.2', 'A', { mac })],
    ...[miner('10.0.1.3', null, { mac: '28:e2:97:00:00:03' }), miner('10.0.1.4', null, { mac: '28:e2:97:00:00:03' })],
    miner('10.0.2.1', null, { model: null, problem: 'access_denied' }),
    { ...miner('10.9.0.1'), kind: 'modbus', port: 502, unit: 1, model: null } as const,
    { ...miner('10.9.1.1'), kind: 'modbus', port: 502, unit: 1, problem: 'unsupported' } as const,
    { ...miner('10.9.9.9'), kind: 'modbus', port: 502, unit: 1, model: 'PM5320' } as const,
  ];
  const { duplicates, unreadable, modbus, strangers } = planOf(site, inventoryOf(devices));
  expect(duplicates.map(({ by, value, devices: same }) => [by, value, same.length])).toEqual([
    ['serial', 'A', 2],
    ['mac', '28:e2:97:00:00:03', 2],
  ]);
  expect(unreadable.map(({ ip, problem }) => [ip, problem])).toEqual([
    ['10.0.2.1', 'access_denied'],
    ['10.9.1.1', 'unsupported'],
  ]);
  expect(modbus.map(({ id, state }) => `${id} ${state}`)).toEqual(['QATAR-C01 cooling answers', 'QATAR-E01 failing']);
  expect(strangers.map(({ ip }) => ip)).toEqual(['10.9.9.9']);
});

test('a sweep later: a device keeps its first day over a new address; who left is kept; what was not looked at stays', () => {
  const first = inventoryOf([miner('10.0.1.1', 'A'), miner('10.0.1.2', 'B'), miner('10.0.2.1', 'C')]);
  const later = '2026-11-28T01:00:00.000Z';
  const second = mergeScan(
    first,
    scan([{ ...miner('10.0.1.9', 'A'), seen_at: later }], { started_at: later, ranges: ['10.0.1.0/24', '10.30.0.1'] }),
  );
  expect(second.devices.map(({ ip, serial, answers, first_seen_at }) => [ip, serial, answers, first_seen_at])).toEqual([
    ['10.0.1.2', 'B', false, DAY],
    ['10.0.1.9', 'A', true, DAY],
    ['10.0.2.1', 'C', true, DAY],
  ]);
  expect([second.scanned_at, second.ranges]).toEqual([
    later,
    ['10.0.0.1-10.0.255.254', '10.9.0.1-10.9.255.254', '10.30.0.1'],
  ]);
});
