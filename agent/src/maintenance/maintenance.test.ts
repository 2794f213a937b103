import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentEvent, EventsBody } from '@hearst/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MaintenanceBook, MaintenanceError } from './book.ts';
import type { MaintenanceWish } from './entry.ts';
import { tellMaintenance } from './teller.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const HOUR = 3_600_000;
const ON: MaintenanceWish = { action: 'on', subject: 'QATAR-C12', for_ms: 2 * HOUR, reason: 'pump seal', by: 'amal' };

let folder: string;
let book: MaintenanceBook;
let told: AgentEvent[];
const tell = (now: number): void => tellMaintenance(book, now, (events) => void told.push(...events));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'maintenance-'));
  book = new MaintenanceBook(folder);
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is told once, in the shape that the hub takes, also when said while no agent ran', () => {
  const [entry] = book.apply(ON, NOW);
  const again = new MaintenanceBook(folder);
  tellMaintenance(again, NOW + 1000, (events) => void told.push(...events));
  tell(NOW + 2000);
  expect(told).toEqual([
    {
      at: NOW + 1000,
      code: 'maintenance.on',
      severity: 'info',
      subject: 'QATAR-C12',
      message: expect.stringContaining('pump seal'),
      data: { until: '2026-11-23T14:00:00.000Z', reason: 'pump seal', by: 'amal', ref: entry?.ref },
    },
  ]);
  expect(EventsBody.safeParse({ project: 'QATAR-001', events: told }).success).toBe(true);
  expect(statSync(join(folder, 'maintenance.json')).mode & 0o777).toBe(0o600);
});

it('ended early: the hub hears of it with the same ref; by its time: nothing more is said', () => {
  const [entry] = book.apply(ON, NOW);
  tell(NOW);
  book.apply({ action: 'off', subject: 'QATAR-C12', by: 'amal' }, NOW + HOUR);
  tell(NOW + HOUR);
  expect(told.map(({ code, data }) => [code, data.ref])).toEqual([
    ['maintenance.on', entry?.ref],
    ['maintenance.off', entry?.ref],
  ]);
  book.apply(ON, NOW + HOUR);
  tell(NOW + HOUR);
  tell(NOW + 4 * HOUR);
  expect(told).toHaveLength(3);
  expect(book.all()).toEqual([]);
});

it('that could not be put into the outbox is told later', () => {
  book.apply(ON, NOW);
  expect(() =>
    tellMaintenance(book, NOW, () => {
      throw new Error('disk full');
    }),
  ).toThrow('disk full');
  tell(NOW + 1000);
  expect(told).toHaveLength(1);
});

it('said and ended while no agent ran is no news', () => {
  book.apply(ON, NOW);
  book.apply({ action: 'off', subject: null, by: 'amal' }, NOW + 1000);
  tell(NOW + 2000);
  expect(told).toEqual([]);
});

it('said again replaces what was said before', () => {
  book.apply(ON, NOW);
  book.apply({ ...ON, for_ms: HOUR }, NOW + 1000);
  expect(book.current(NOW + 2000).map(({ until }) => until)).toEqual(['2026-11-23T13:00:01.000Z']);
});

it('a list that was changed by hand is refused, and left as it is', () => {
  writeFileSync(join(folder, 'maintenance.json'), '[{]');
  expect(() => book.apply(ON, NOW)).toThrow(MaintenanceError);
  expect(readFileSync(join(folder, 'maintenance.json'), 'utf8')).toBe('[{]');
});
