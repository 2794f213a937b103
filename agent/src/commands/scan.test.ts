import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SimulatedSite } from '../../../test/sim/site.ts';
import { CommandFailure, type Outcome, type Surroundings } from './command.ts';
import {
  inventoryDiff,
  inventoryExport,
  inventoryImport,
  inventoryList,
  inventoryMap,
  inventoryShow,
} from './inventory.ts';
import { mapText } from './inventory-map.ts';
import { scanLines, scanPlain, showProgress } from './progress.ts';
import { type ScanFlags, scan } from './scan.ts';
import { ascii } from './terminal.ts';
import { aSurroundings } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'scan-'));
let site: SimulatedSite;
let said = '';

const around = (data: string, more: Partial<Surroundings['terminal']> = {}): Surroundings => {
  const surroundings = aSurroundings(join(folder, data), { config: join(folder, 'agent.yaml') });
  const err = (text: string): void => {
    said += text;
  };
  return { ...surroundings, terminal: { ...surroundings.terminal, err, ...more } };
};
const FLAGS: ScanFlags = {
  ...{ rate: 5000, width: undefined, timeoutMs: 2000, minerPort: undefined, modbusPort: undefined },
  ...{ exclude: [], save: false, output: 'text' },
};
/** Text and problems of an outcome as a person sees them, times masked. */
const screen = ({ text, problems }: Outcome): string =>
  `${text}\n---\n${problems.map(({ code, what, where }) => `${code} ${what}${where ? ` (${where})` : ''}`).join('\n')}\n`
    .replace(/in \d+\.\d s(, \d+ found by the second look)?/, 'in N s')
    .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
const failed = async (work: () => Outcome | Promise<Outcome>): Promise<Outcome> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailure) return error.outcome;
    throw error;
  }
};

beforeAll(async () => {
  site = new SimulatedSite({ containers: 2, minersPerContainer: 24, seed: 1, noise: false });
  const { minerPort, modbusPort } = await site.start();
  writeFileSync(
    join(folder, 'agent.yaml'),
    `version: 1
site: { project: QATAR-001 }
networks: { ranges: [127.20.2.1-127.20.2.40], exclude: [127.20.2.30-127.20.2.40] }
transformers: [{ id: QATAR-T01 }]
containers:
  - { id: QATAR-C01, miners: 24, range: 127.20.2.1-127.20.2.24, port: ${minerPort}, layout: { rows: 4, columns: 6, order: snake }, cooling: { address: "127.9.0.2:${modbusPort}", profile: antspace-hd5 } }
  - { id: QATAR-C02, miners: 20, range: 127.20.4.1-127.20.4.20, port: ${minerPort} }
meters:
  - { id: QATAR-E01, transformer: QATAR-T01, address: "127.10.0.2:${modbusPort}", profile: schneider-pm5xxx }
`,
  );
  await site.addFault({ target: 'QATAR-C01-M003', kind: 'refuses' });
  await site.addFault({ target: 'QATAR-C01-M009', kind: 'refuses' });
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('scan and the inventory it leaves', () => {
  test('sweeps what the site file names, says what does not fit, and keeps nothing unless told', async () => {
    const outcome = await scan(around('one'), [], FLAGS);
    expect(outcome.code).toBe(3);
    expect(widest(outcome.text)).toBeLessThanOrEqual(80);
    await expect(screen(outcome)).toMatchFileSnapshot('screens/scan.txt');
    expect(outcome.data).toMatchObject({
      saved: false,
      scan: { complete: true, ranges: ['127.9.0.2', '127.10.0.2', '127.20.2.1-127.20.2.29', '127.20.4.1-127.20.4.20'] },
      counts: { places: 44, placed: 42, absent: 2, strangers: 0, modbus: { expected: 2, answering: 2 } },
    });
    expect(
      (await failed(() => inventoryList(around('one'), { container: undefined, status: undefined }))).problems[0]?.code,
    ).toBe('E2313');
  });

  test('named ranges alone, other miners are strangers; as a CSV', async () => {
    const outcome = await scan(around('two'), ['127.20.4.18-127.20.4.22'], { ...FLAGS, output: 'csv' });
    const lines = outcome.text
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(lines[0]).toEqual(['container', 'position', 'ip', 'serial', 'mac', 'model', 'firmware', 'state', 'seen_at']);
    const looked = lines.filter((cells) => cells[7] === 'placed' || cells[7] === 'stranger');
    expect(looked.map(([container, position, ip]) => [container, position, ip])).toEqual([
      ['QATAR-C02', '18', '127.20.4.18'],
      ['QATAR-C02', '19', '127.20.4.19'],
      ['QATAR-C02', '20', '127.20.4.20'],
      ['', '', '127.20.4.21'],
      ['', '', '127.20.4.22'],
    ]);
    expect(outcome.problems.map(({ code }) => code)).toEqual(['W2302']);
  });

  test.each([
    [['10.0.0.0/33'], 'E2311'],
    [['10.0.0.0/8'], 'E2312'],
    [['127.20.2.31-127.20.2.39'], 'E2310'],
  ])('%j is not swept: %s', async (ranges, code) => {
    const outcome = await failed(() => scan(around('two'), ranges, FLAGS));
    expect([outcome.code, outcome.problems[0]?.code]).toEqual([2, code]);
  });

  test('saved, it is there without the network: list, show, diff, map; a table goes out, is filled in and comes back', async () => {
    const all = { container: undefined, status: undefined };
    const here = around('three');
    const stranger = await scan(here, ['127.20.4.24'], { ...FLAGS, save: true });
    expect(stranger.data).toMatchObject({ saved: true });
    await scan(here, [], { ...FLAGS, save: true });

    const list = inventoryList(here, { container: 'c01', status: undefined });
    expect(widest(list.text)).toBeLessThanOrEqual(80);
    await expect(screen(list)).toMatchFileSnapshot('screens/inventory-list.txt');
    const diff = inventoryDiff(here);
    await expect(screen(diff)).toMatchFileSnapshot('screens/inventory-diff.txt');
    expect(diff.code).toBe(3);
    const map = inventoryMap(here, 'C01');
    expect(widest(map.text)).toBeLessThanOrEqual(80);
    await expect(screen(map)).toMatchFileSnapshot('screens/inventory-map.txt');
    await expect(inventoryMap(around('three', { unicode: false }), 'C01').text).toMatchFileSnapshot(
      'screens/inventory-map-ascii.txt',
    );
    const serial = 'SMTTATUBDJA0001BA';
    expect(inventoryShow(here, '127.20.4.24').text).toContain(serial);
    expect(inventoryShow(here, 'qatar-c02-m001').data).toMatchObject([{ state: 'placed', ip: '127.20.4.1' }]);
    expect((await failed(() => inventoryShow(here, 'QATAR-C77'))).problems[0]?.code).toBe('E2316');

    // The stranger gets a place by hand, by its serial; the place had another one by the site file's range.
    const table = join(folder, 'positions.csv');
    writeFileSync(
      table,
      inventoryExport(here, all)
        .text.replace(/^,,(127\.20\.4\.24)/m, 'QATAR-C01,3,$1')
        .replace(/^QATAR-C01,3,127\.20\.2\.3,.*\n/m, ''),
    );
    expect(inventoryImport(here, table).data).toMatchObject({ imported: 44 });
    const shown = inventoryShow(here, serial).data as { id: string; state: string }[];
    expect(shown).toMatchObject([{ id: 'QATAR-C01-M003', state: 'placed' }]);

    const before = readFileSync(join(folder, 'three/inventory.json'), 'utf8');
    writeFileSync(table, 'container,position,ip\nQATAR-C09,1,10.0.0.1\nQATAR-C02,21,10.0.0.2\nQATAR-C01,one,\n');
    const refused = inventoryImport(here, table);
    expect(refused.problems.map(({ code, where }) => `${code} ${where.slice(-15)}`).sort()).toEqual([
      'E2315 positions.csv:2',
      'E2315 positions.csv:3',
      'E2315 positions.csv:4',
    ]);
    expect(readFileSync(join(folder, 'three/inventory.json'), 'utf8')).toBe(before);
    writeFileSync(join(folder, 'three/inventory.json'), '{"version":1');
    expect((await failed(() => inventoryList(here, all))).problems[0]?.code).toBe('E2314');
  });
});

describe('how it shows', () => {
  const progress = {
    ...{
      look: 1,
      total: 17_864,
      done: 11_402,
      asked: 11_402,
      answering: 11_395,
      identified: 11_380,
      paused: false,
      elapsedMs: 72_000,
    },
    models: new Map([
      ['Antminer S21 XP Hyd.', 11_371],
      ['not recognised', 9],
    ]),
  };

  test('a bar at 80 columns, in UTF-8 and ASCII; paused; the second look; a line for a log', async () => {
    const head = ' 3/6 Discovery   ';
    const lines = [
      ...scanLines(progress, head, 79, true),
      ...scanLines(progress, '', 79, true),
      ...scanLines({ ...progress, paused: true }, head, 79, true),
      ...scanLines({ ...progress, look: 2, total: 16, done: 4, asked: 17_868 }, head, 79, true),
      ...scanLines({ ...progress, done: 0, asked: 0, models: new Map(), answering: 0, identified: 0 }, head, 79, false),
    ];
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(79);
    await expect(`${lines.join('\n')}\n\n${scanPlain(progress)}\n`).toMatchFileSnapshot('screens/progress.txt');
  });

  test('in place on a terminal and taken away at the end; a line every ten seconds without one; nothing when quiet', () => {
    said = '';
    const draw = { lines: () => ['one', 'two'], plain: () => 'plain' };
    showProgress(around('x', { live: true }), draw)();
    expect(said).toBe('one\ntwo\n\u001b[2F\u001b[J');
    said = '';
    showProgress(around('x'), draw)();
    showProgress({ ...around('x', { live: true }), quiet: true }, draw)();
    expect(said).toBe('');
  });

  test('a wide layout in blocks, none at all in twenties, every sign with its words', () => {
    const slot = (position: number, state: 'placed' | 'absent' | 'unseen' | 'moved' | 'replaced' | 'contested') => ({
      ...{
        id: '',
        container: 'QATAR-C01',
        position,
        ip: null,
        port: 4028,
        serial: null,
        mac: null,
        by: 'range' as const,
      },
      ...{ state, device: null, answer: null },
    });
    const slots = (['placed', 'absent', 'unseen', 'moved', 'replaced', 'contested'] as const).map((state, i) =>
      slot(i + 1, state),
    );
    const { terminal } = around('x');
    const wide = mapText(
      'QATAR-C01',
      [...Array(80)].map((_, i) => slot(i + 1, 'placed')),
      { rows: 2, columns: 40, order: 'row' },
      terminal,
    );
    expect(widest(wide)).toBeLessThanOrEqual(80);
    expect(wide.match(/■/g)).toHaveLength(81); // one in the legend
    const none = mapText('QATAR-C01', slots, null, terminal);
    for (const words of [
      'answers 1',
      'absent 1',
      'never looked at 1',
      'at another address 1',
      'another device than listed 1',
      'two devices claim it 1',
    ])
      expect(none).toContain(words);
    expect(ascii(mapText('QATAR-C01', slots, null, { ...terminal, unicode: false }))).not.toContain('■');
  });
});
