import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EMPTY_INVENTORY, saveInventory } from '../../inventory/store.ts';
import { aSite } from '../testing.ts';
import { ScanLook } from './scan.ts';

const folder = mkdtempSync(join(tmpdir(), 'scan-look-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const device = (ip: string, kind: 'miner' | 'modbus' = 'miner', answers = true) => ({
  ...{
    kind,
    ip,
    port: kind === 'miner' ? 4028 : 502,
    unit: null,
    model: null,
    serial: null,
    mac: null,
    firmware: null,
  },
  ...{ definition: null, status: null, problem: null, seen_at: '', first_seen_at: '', answers },
});

test('miners that answered and have no place; nothing where nothing was swept or it cannot be read', () => {
  const look = new ScanLook();
  const site = aSite(1);
  expect(look.look(folder, site)).toBeNull();
  saveInventory(folder, EMPTY_INVENTORY);
  expect(look.look(folder, site)).toBeNull();
  const devices = [
    ...[device('10.20.0.0'), device('10.20.7.7'), device('10.20.7.8', 'miner', false), device('10.20.7.9', 'modbus')],
  ];
  const path = join(folder, 'inventory.json');
  saveInventory(folder, { ...EMPTY_INVENTORY, scanned_at: '2026-11-27T01:00:00.000Z', devices });
  utimesSync(path, 1, 1);
  expect(look.look(folder, site)).toEqual({ at: '2026-11-27T01:00:00.000Z', unplaced: ['10.20.7.7'] });
  expect(look.look(folder, null)).toBeNull();
  // Not read again while it is the same.
  writeFileSync(path, 'broken');
  utimesSync(path, 1, 1);
  expect(look.look(folder, site)?.unplaced).toEqual(['10.20.7.7']);
  utimesSync(path, 2, 2);
  expect(look.look(folder, site)).toBeNull();
});
