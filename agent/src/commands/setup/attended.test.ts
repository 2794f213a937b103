import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from '@hearst/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SimulatedSite } from '../../../../test/sim/site.ts';
import { formatIpv4 } from '../../config/addresses.ts';
import { placedByPattern } from '../../draft/placing.ts';
import { CommandFailure, type Outcome, type Surroundings } from '../command.ts';
import { configCheck } from '../config.ts';
import { aSurroundings } from '../testing.ts';
import { Asking, type Given, Left, type ReadLine } from './asking.ts';
import { attended, checkAnswers } from './attended.ts';
import { previewLines } from './found.ts';
import { keepState, openState } from './state.ts';

const home = mkdtempSync(join(tmpdir(), 'attended-'));
let site: SimulatedSite;
let ports: { minerPort: number; modbusPort: number };
let folder: string;
let said: string;
let runs = 0;

beforeAll(async () => {
  site = new SimulatedSite({ containers: 3, minersPerContainer: 4, seed: 1, noise: false });
  ports = await site.start();
  await site.addFault({ target: 'QATAR-C02-M003', kind: 'refuses' });
});
afterAll(async () => {
  await site.stop();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  runs++;
  folder = join(home, String(runs));
  mkdirSync(folder);
  said = '';
});

/** Miners, controllers (127.9.0.2 is the first container's) and meters. */
const NETWORKS = '127.20.2.0/29,127.20.4.0/29,127.20.6.0/29,127.9.0.0/29,127.10.0.0/29';
const RANGES: Given = { range: '127.20.2.1-127.20.2.4', step: '512', containers: '3' };
const PLANT: Given = {
  ...{ cooling: '127.9.0.2-127.9.0.4', meters: '127.10.0.2-127.10.0.3' },
  ...{ 'meter-profile': 'schneider-pm5xxx', 'containers-per-transformer': '2' },
};
const PORTS = (): Given => ({
  ...{ 'miner-port': String(ports.minerPort), 'modbus-port': String(ports.modbusPort), 'time-zone': 'Asia/Qatar' },
});

interface Run {
  given?: Given;
  /** What is typed, line by line; then the person leaves. Absent: no terminal. */
  typed?: string[];
  yes?: boolean;
  replace?: boolean;
}

/** The steps that make a site file, as `setup` takes them; again in the same folder it goes on. */
async function run({ given = {}, typed, yes = false, replace = false }: Run): Promise<Outcome | 'left' | 'written'> {
  const plain = aSurroundings(folder, { yes });
  const err = (text: string): void => {
    said += text;
  };
  const around: Surroundings = { ...plain, terminal: { ...plain.terminal, err } };
  const state = openState(folder, new Date());
  const lines = [...(typed ?? [])];
  const line: ReadLine = async (prompt) => {
    const answer = lines.shift();
    said += `${prompt}${answer ?? '^C'}\n`;
    return answer ?? null;
  };
  const asking = new Asking(around, {
    ...{ given: { ...PORTS(), ...given }, kept: state.answers, keep: () => keepState(folder, state) },
    line: typed === undefined ? null : line,
  });
  try {
    await checkAnswers(around, asking);
    const credential = { project: 'QATAR-001', hub: 'https://hub.example.com' } as Credential;
    const context = await attended(around, { folder, credential, state, asking, replace });
    expect(lines, 'typed and not asked for').toEqual([]);
    expect(context?.text).toBe(siteFile());
    return 'written';
  } catch (error) {
    if (error instanceof Left) return 'left';
    if (error instanceof CommandFailure) return error.outcome;
    throw error;
  }
}
const failure = async (what: Run): Promise<[code: number, ...problems: string[]]> => {
  const outcome = await run(what);
  if (typeof outcome === 'string') throw new Error(`${outcome}\n${said}`);
  return [outcome.code, ...outcome.problems.map(({ code, what: told, next }) => `${code} ${told} -> ${next}`)];
};
const siteFile = (): string => readFileSync(join(folder, 'agent.yaml'), 'utf8');
const masked = (text: string): string =>
  text
    .replaceAll(String(ports.minerPort), '4028')
    .replaceAll(String(ports.modbusPort), '5020')
    // What this very machine is on is offered.
    .replaceAll(/\[[\d., ]*\/[\d./, ]*\] > /g, '> ')
    .replaceAll(/20\d\d-\d\d-\d\d(T[\d:.]+Z)?/g, 'TIME');
/** The widest line but for those on which somebody types. */
const widest = (text: string): number =>
  Math.max(...text.split('\n').map((line) => (/> |: Enter {2}/.test(line) ? 0 : line.length)));

test('a conversation: what cannot be used is asked again, the places are shown, and the file is sound', async () => {
  const typed = [
    ...['10.0.0.0/99', '10.0.0.0/8', '127.20.9.0/29', NETWORKS],
    ...['somehow', 'pattern', '10.20.{container}.{position}', '127.20.{container}.{place}', '127.20.{container}.7'],
    ...['127.20.{container}.{position}', '', '', 'a'],
    ...['range', '127.20.2.9-127.20.2.1', '127.20.2.1-127.20.2.4', '3', '512', '', ''],
    ...['127.9.0.2-127.9.0.3', '127.9.1.{container}', '127.9.0.2-127.9.0.4'],
    ...['127.9.0.2', '127.10.0.2-127.10.0.3', 'schneider-pm5xx', 'schneider-pm5xxx', '0', '2', 'd', ''],
  ];
  expect(await run({ typed }), said).toBe('written');
  await expect(masked(said)).toMatchFileSnapshot('../screens/setup-questions.txt');
  expect(widest(said)).toBeLessThanOrEqual(80);
  await expect(masked(siteFile())).toMatchFileSnapshot('../screens/setup-site-file.yaml');
  const { code, problems } = await configCheck(aSurroundings(folder), 'schema');
  expect([code, problems]).toEqual([0, []]);
});

test('by flags alone, and nothing is asked; a controller that nobody named is left in the file to fill in', async () => {
  const { cooling: _, ...meters } = PLANT;
  const given = { networks: NETWORKS, ...RANGES, ...meters };
  expect(await failure({ given })).toEqual([2, expect.stringMatching(/^E2404 .*--yes/)]);
  expect(existsSync(join(folder, 'agent.yaml'))).toBe(false);
  expect(await run({ given, yes: true })).toBe('written');
  expect(said).toContain('swept before');
  await expect(masked(said)).toMatchFileSnapshot('../screens/setup-flags.txt');
  expect(widest(said)).toBeLessThanOrEqual(80);
  const { code, problems } = await configCheck(aSurroundings(folder), 'schema');
  expect([code, ...problems.map((problem) => masked(`${problem.code} ${problem.what}`))]).toEqual([
    0,
    'W1315 to be filled in: 127.9.0.2-127.9.0.4:5020, 3 Modbus devices, has no entry; read by antspace-hd5, pt100-converter',
  ]);
});

test('without a terminal every missing flag is named before anything is done', async () => {
  const { step: _, ...ranges } = RANGES;
  expect(await failure({ yes: true })).toEqual([
    2,
    expect.stringMatching(/^E2408 .*--networks \(--pattern or --range/),
  ]);
  expect(await failure({ given: { networks: NETWORKS, ...ranges }, yes: true })).toEqual([
    2,
    expect.stringMatching(/^E2408 .*or --step {3}\(/),
  ]);
  expect(await failure({ given: { networks: NETWORKS, pattern: '10.{container}.{row}.{column}' } })).toEqual([
    2,
    expect.stringMatching(/^E2408 .*or --containers --places --layout/),
  ]);
  expect(said).toBe('');
});

test.each<[name: string, given: Given, code: number, told: RegExp]>([
  ['a range that is none', { networks: '10.0.0.0/40' }, 2, /^E2410 --networks 10.0.0.0\/40: .* is no CIDR/],
  ['a whole /8', { networks: '10.0.0.0/8' }, 2, /^E2410 .*16 777 214 addresses are too many/],
  ['nobody there', { networks: '127.20.9.0/29' }, 1, /^E2411 nobody answers at 127.20.9.0\/29, ports \d+ and \d+ /],
  ['a range of others', { range: '127.20.8.1-127.20.8.4' }, 2, /^E2410 --containers 3: none of the 11 miners/],
  ['a container of 16 million places', { range: '10.0.0.0-10.255.255.255' }, 2, /^E2410 --range .*16777216 places/],
  ['16 million meters', { meters: '127.0.0.0-127.255.255.255' }, 2, /^E2410 --meters .*at most 2000 meters/],
  ['controllers elsewhere', { cooling: '127.9.1.{container}' }, 2, /^E2410 --cooling .*nothing of what answers/],
  ['several profiles fit', { meters: '127.10.0.2' }, 2, /^E2409 .*Which profile.*--meter-profile/],
  ['a time zone that is none', { 'time-zone': 'Qatar/Doha' }, 2, /^E2410 --time-zone/],
])('without a terminal: %s', async (_name, given, code, told) => {
  expect(await failure({ given: { networks: NETWORKS, ...RANGES, ...given }, yes: true })).toEqual([
    code,
    expect.stringMatching(told),
  ]);
  expect(existsSync(join(folder, 'agent.yaml'))).toBe(false);
});

test('controllers behind a gateway: nothing is said of units that were not asked', async () => {
  const given = { networks: NETWORKS, ...RANGES, ...PLANT, cooling: '127.9.0.5/{container}' };
  expect(await run({ given: { ...given, 'cooling-profile': 'antspace-hd5' }, yes: true }), said).toBe('written');
  expect(masked(siteFile())).toContain('cooling: { address: "127.9.0.5:5020", unit: 3, profile: antspace-hd5 }');
  expect(said).toMatch(/2 of 3 Modbus devices\n +2 Modbus units were not asked yet: they are next/);
  expect(JSON.parse(readFileSync(join(folder, 'setup.json'), 'utf8')).discovery).toBeNull();
});

test('many containers: those with something to look at are shown, and the ends; in 80 columns', () => {
  const containers = placedByPattern('10.20.{container}.{position}', {
    ...{ numbers: Array.from({ length: 58 }, (_, i) => i + 1), places: 254, layout: null, prefix: 'QATAR' },
  });
  const miners = containers.flatMap(({ addresses }) => addresses.map(formatIpv4)).filter((ip) => ip !== '10.20.12.7');
  const lines = previewLines(containers, [...miners, '10.99.0.1', '10.99.0.2', '10.99.0.3']);
  expect(lines.slice(1, -1)).toEqual([
    '    container      first and last place                  places  answer',
    '    QATAR-C01      10.20.1.1 to 10.20.1.254                 254     254',
    '    QATAR-C12      10.20.12.1 to 10.20.12.254               254     253',
    '    QATAR-C58      10.20.58.1 to 10.20.58.254               254     254',
    '    55 more containers, every place answers',
    '    ! 3 that answer have no place so: 10.99.0.1, 10.99.0.2 and 1 more',
  ]);
});

test('left in the middle and run again: goes on with the next question, without a second sweep', async () => {
  expect(await run({ typed: [NETWORKS, 'range', '127.20.2.1-127.20.2.4'] })).toBe('left');
  said = '';
  expect(await run({ typed: ['512', '', '', '', 'none', ''] }), said).toBe('written');
  expect(said).toContain('swept before');
  expect(said).not.toMatch(/Which networks|How does an address|first container's range/);
});

test('not known yet: what was found is a table; filled in, it says where they stand, and is not written over', async () => {
  const outcome = await run({ given: { networks: NETWORKS, 'place-by': 'later' } });
  expect(outcome).toMatchObject({ code: 3, problems: [{ code: 'W2412' }] });
  const table = join(folder, 'found.csv');
  const found = readFileSync(table, 'utf8');
  expect(found.split('\n')).toHaveLength(1 + 11 + 1);
  const filled = found.replace(/^,,(127\.20\.2\.(\d)),/gm, 'QATAR-C07,$2,$1,');
  writeFileSync(table, filled);
  // What is not filled in has no place; the rest has.
  expect(await run({ given: { networks: NETWORKS, table }, yes: true }), said).toBe('written');
  expect(siteFile()).toMatch(/- id: QATAR-C07\n {4}miners: 4\n {4}addresses: \{ file: "found.csv" \}/);
  expect(said).toContain('12 strangers');
  expect(await run({ given: { networks: NETWORKS, 'place-by': 'later' } })).toMatchObject({ code: 3 });
  expect(readFileSync(`${table}.before`, 'utf8')).toBe(filled);
});

test('a site file that is there is left alone unless told, and then kept beside the new one', async () => {
  const given = { networks: NETWORKS, ...RANGES };
  writeFileSync(join(folder, 'agent.yaml'), 'old\n');
  expect(await failure({ given, yes: true })).toEqual([2, expect.stringMatching(/^E2413 .*--new-site-file/)]);
  expect(siteFile()).toBe('old\n');
  expect(await run({ given, yes: true, replace: true })).toBe('written');
  expect(readFileSync(join(folder, 'agent.yaml.before'), 'utf8')).toBe('old\n');
});
