import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatFaults, SiteFileError } from './fault.ts';
import { loadSiteFile, parseSiteFile } from './load.ts';
import { minersOf } from './site.ts';

const PROFILES = ['antspace-hd5', 'schneider-pm5xxx', 'qualitrol-111', 'satec-pm130'];

const HEAD = 'version: 1\nsite: { project: QATAR-001 }\n';
const container = (id: string, rest: string) => `  - { id: ${id}, ${rest} }\n`;

/** The faults of a text as `code line:column path`. */
function faultsOf(text: string): string[] {
  try {
    return parseSiteFile(text, PROFILES).warnings.map(short);
  } catch (error) {
    if (error instanceof SiteFileError) return error.faults.map(short);
    throw error;
  }
}
const short = ({ code, place, path }: SiteFileError['faults'][number]): string =>
  `${code} ${place ? `${place.line}:${place.column}` : '-'} ${path}`.trim();

/** The one fault of a text. */
function faultOf(text: string): SiteFileError['faults'][number] {
  try {
    const { warnings } = parseSiteFile(text, PROFILES);
    return warnings[0]!;
  } catch (error) {
    const { faults } = error as SiteFileError;
    expect(faults.map(short)).toHaveLength(1);
    return faults[0]!;
  }
}

test('the documented example is valid and says what its comments say', () => {
  const file = new URL('../../config.example.yaml', import.meta.url).pathname;
  const { site, warnings } = loadSiteFile(file, PROFILES);
  expect(warnings).toEqual([]);
  expect(minersOf(site)).toBe(3 * 308);
  expect(site.poll).toEqual({
    intervalMs: 60_000,
    coolingMs: 60_000,
    metersMs: 60_000,
    timeoutMs: 3000,
    concurrency: 256,
    spreadMs: 6000,
    countersEvery: 5,
  });
  expect(site.containers.map(({ addresses }) => [addresses[0], addresses[307]])).toEqual([
    ['10.20.2.1', '10.20.3.52'],
    ['10.20.4.1', '10.20.5.52'],
    ['10.3.1.1', '10.3.22.1'],
  ]);
  expect(site.containers[0]?.cooling).toEqual({
    by: 'modbus',
    address: { host: '10.21.0.1', port: 502 },
    unit: 1,
    profile: 'antspace-hd5',
    options: {},
    coolant: { density: 994, heatCapacity: 4.18 },
  });
  expect(site.containers[1]?.cooling).toEqual({
    by: 'antspace',
    address: { host: '10.21.0.2', port: 80 },
    pressureUnit: 'MPa',
    coolant: { density: 1038, heatCapacity: 3.72 },
  });
  const monitor = { address: { host: '10.21.2.1', port: 502 }, unit: 1, profile: 'qualitrol-111' };
  expect(site.meters).toMatchObject([
    { id: 'QATAR-E01', transformer: 'QATAR-T01', options: { reversed: false }, monitor },
    { id: 'QATAR-E02', options: { scaling: { U: [0, 828], I: [0, 6000] } }, monitor: null },
  ]);
  expect(readFileSync(file, 'utf8')).toContain(
    'interval: 60s                 # every miner once in this time (default 60s)',
  );
});

describe('each fault has its code, its place and a next step', () => {
  const cases: [name: string, text: string, fault: string, next: string | RegExp][] = [
    [
      'key with a slip',
      `${HEAD}pol: { interval: 60s }\ncontainers:\n${container('QATAR-C01', 'miners: 0')}`,
      'E1201 3:1 pol',
      'Did you mean poll?',
    ],
    [
      'key nobody meant',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, zzzzzz: 1')}`,
      'E1201 4:33 containers[0].zzzzzz',
      /possible here: model, /,
    ],
    [
      'missing key',
      `${HEAD}containers:\n  - { id: QATAR-C01, range: 10.0.0.1-10.0.0.2 }\n`,
      'E1202 4:5 containers[0].miners',
      'Add: miners: 308',
    ],
    [
      'missing project',
      'version: 1\nsite: {}\ncontainers:\n  - { id: QATAR-C01, miners: 0 }',
      'E1202 2:7 site.project',
      'Add: project: QATAR-001',
    ],
    [
      'newer version',
      `version: 2\nsite: { project: QATAR-001 }\ncontainers:\n${container('QATAR-C01', 'miners: 0')}`,
      'E1103 1:10 version',
      /Upgrade/,
    ],
    [
      'interval without unit',
      `${HEAD}poll: { interval: 60 }\ncontainers:\n${container('QATAR-C01', 'miners: 0')}`,
      'E1203 3:19 poll.interval',
      'Try: 60s',
    ],
    [
      'id of another shape',
      `${HEAD}containers:\n${container('C1', 'miners: 0')}`,
      'E1203 4:11 containers[0].id',
      'Try: QATAR-C01',
    ],
    [
      'time zone',
      'version: 1\nsite: { project: QATAR-001, time_zone: Qatar/Asia }\ncontainers:\n  - { id: QATAR-C01, miners: 0 }',
      'E1203 2:40 site.time_zone',
      'Try: Asia/Qatar',
    ],
    [
      'unknown transformer',
      `${HEAD}transformers:\n  - { id: QATAR-T01 }\ncontainers:\n${container('QATAR-C01', 'miners: 0, transformer: QATAR-T02')}`,
      'E1206 6:46 containers[0].transformer',
      'Did you mean QATAR-T01?',
    ],
    [
      'unknown profile',
      `${HEAD}meters:\n  - { id: QATAR-E01, address: 10.0.0.1, profile: schneider-pm5xx }\n`,
      'E1207 4:50 meters[0].profile',
      'Did you mean schneider-pm5xxx?',
    ],
    [
      'controller reached in two ways',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, cooling: { url: "http://10.0.0.1", profile: antspace-hd5 }')}`,
      'E1203 4:49 containers[0].cooling.url',
      /Keep url for HTTP/,
    ],
    [
      'controller that cannot be reached',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, cooling: { unit: 3 }')}`,
      'E1202 4:42 containers[0].cooling.address',
      /Add: address/,
    ],
    [
      'URL with something behind it',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, cooling: { url: "http://10.0.0.1/cooler?operation=open" }')}`,
      'E1203 4:49 containers[0].cooling.url',
      'Try: http://10.21.0.1',
    ],
    [
      'pressure unit',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, cooling: { url: "http://10.0.0.1", pressure_unit: psi }')}`,
      'E1203 4:83 containers[0].cooling.pressure_unit',
      /bar, MPa, kPa/,
    ],
    [
      'coolant',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, cooling: { url: "http://10.0.0.1", coolant: beer }')}`,
      'E1203 4:77 containers[0].cooling.coolant',
      /water, glycol-30, glycol-50, oil/,
    ],
    [
      'one controller for two containers',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0, cooling: { url: "http://10.0.0.1" }')}${container('QATAR-C02', 'miners: 0, cooling: { url: "http://10.0.0.1:80/" }')}`,
      'E1210 5:49 containers[1].cooling.url',
      /its own controller/,
    ],
    [
      'monitor of a transformer without a meter',
      `${HEAD}transformers:\n  - { id: QATAR-T01, monitor: { address: 10.0.0.1, profile: qualitrol-111 } }\nmeters:\n  - { id: QATAR-E01, address: 10.0.0.2, profile: satec-pm130 }`,
      'E1212 4:31 transformers[0].monitor',
      'Add under meters an entry with transformer: QATAR-T01',
    ],
    [
      'scale upside down',
      `${HEAD}meters:\n  - { id: QATAR-E01, address: 10.0.0.2, profile: satec-pm130, scaling: { U: [828, 0] } }`,
      'E1203 4:77 meters[0].scaling.U',
      /lower end first/,
    ],
    [
      'pattern beyond 255',
      `${HEAD}containers:\n${container('QATAR-C03', 'miners: 308, pattern: "10.20.{container}.{position}"')}`,
      'E1208 4:44 containers[0].pattern',
      /layout/,
    ],
    [
      'pattern without layout',
      `${HEAD}containers:\n${container('QATAR-C03', 'miners: 2, pattern: "10.3.{row}.{column}"')}`,
      'E1208 4:42 containers[0].pattern',
      /layout/,
    ],
    [
      'range of another count',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 3, range: 10.0.0.1-10.0.0.5')}`,
      'E1209 4:40 containers[0].range',
      /^Try: 10\.0\.0\.1-10\.0\.0\.3/,
    ],
    [
      'CIDR too small',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 255, range: 10.0.0.0/24')}`,
      'E1209 4:42 containers[0].range',
      /wider/,
    ],
    [
      'no addresses',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 3')}`,
      'E1202 4:5 containers[0]',
      /range: /,
    ],
    [
      'layout too small',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 3, range: 10.0.0.1-10.0.0.3, layout: { rows: 1, columns: 2 }')}`,
      'E1211 4:67 containers[0].layout',
      'Try: rows: 2',
    ],
    [
      'short interval',
      `${HEAD}poll: { interval: 1s }\ncontainers:\n${container('QATAR-C01', 'miners: 2, range: 10.0.0.1-10.0.0.2')}`,
      'W1310 3:19 poll.interval',
      /interval: 30s/,
    ],
    ['nothing to read', HEAD, 'W1312 -', /containers/],
    [
      'left to fill in by setup',
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0')}  # TO FILL IN: the meter at 10.0.0.9\n`,
      'W1315 5:3',
      /delete this line/,
    ],
    ['tabs', 'version: 1\nsite:\n\tproject: QATAR-001\n', 'E1102 3:1', /Check indentation/],
  ];
  test.each(cases)('%s', (_name, text, expected, next) => {
    const fault = faultOf(text);
    expect(short(fault)).toBe(expected);
    expect(fault.next).toMatch(next);
  });

  test('the same id twice, in capitals or not', () => {
    const text = `${HEAD}containers:\n${container('QATAR-C01', 'miners: 0')}${container('qatar-c01', 'miners: 0')}`;
    expect(faultOf(text)).toMatchObject({ code: 'E1205', cause: 'QATAR-C01 is already containers[0] (line 4)' });
  });

  test('the same Modbus address and unit twice', () => {
    const meter = (id: string, unit: number) =>
      `  - { id: ${id}, address: "10.0.0.1:502", unit: ${unit}, profile: schneider-pm5xxx }\n`;
    expect(faultsOf(`${HEAD}meters:\n${meter('QATAR-E01', 1)}${meter('QATAR-E02', 2)}`)).toEqual([]);
    expect(faultsOf(`${HEAD}meters:\n${meter('QATAR-E01', 1)}${meter('QATAR-E02', 1)}`)).toEqual([
      'E1210 5:31 meters[1].address',
    ]);
  });

  test('ranges that overlap name the other container and its line; another port is another miner', () => {
    const two = (more: string) =>
      `${HEAD}containers:\n${container('QATAR-C01', 'miners: 20, range: 10.0.4.1-10.0.4.20')}${container('QATAR-C02', `miners: 20, range: 10.0.4.11-10.0.4.30${more}`)}`;
    expect(faultOf(two(''))).toMatchObject({
      code: 'E1204',
      path: 'containers[1].range',
      cause: '10.0.4.11 to 10.0.4.20 (10) already belong to QATAR-C01 (line 4)',
      next: 'If it is free, try: 10.0.5.1-10.0.5.20',
    });
    expect(faultsOf(two(', port: 4029'))).toEqual([]);
  });
});

test('all faults are told at once, in the order of the file, also those between entries of a faulty file', () => {
  const text = `version: 1
site: { projct: QATAR-001 }
hub:
poll: { interval: 60 }
containers:
  - { id: QATAR-C01, miners: 3, range: 10.0.0.1-10.0.0.3, transformer: QATAR-T09, cooling: { address: 10.0.0.300, profile: x } }
  - { id: QATAR-C02, miners: 3, range: 10.0.0.3-10.0.0.5, pot: 4 }
`;
  expect(faultsOf(text)).toEqual([
    'E1202 2:7 site.project',
    'E1201 2:9 site.projct',
    'E1203 3:5 hub',
    'E1203 4:19 poll.interval',
    'E1206 6:72 containers[0].transformer',
    'E1203 6:103 containers[0].cooling.address',
    'E1204 7:40 containers[1].range',
    'E1201 7:59 containers[1].pot',
  ]);
});

test('a fault is shown with its line, the place underlined, the cause and the next step', () => {
  const text = `${HEAD}containers:\n${container('QATAR-C01', 'miners: 2, range: 10.0.0.1-10.0.0.2')}${container('QATAR-C02', 'miners: 1, range: 10.0.0.2')}`;
  let shown = '';
  try {
    parseSiteFile(text, PROFILES);
  } catch (error) {
    shown = formatFaults(text, (error as SiteFileError).faults);
  }
  expect(shown).toBe(
    [
      '  E1204  containers[1].range overlaps containers[0].range',
      '      5 |   - { id: QATAR-C02, miners: 1, range: 10.0.0.2 }',
      '        |                                        ^^^^^^^^ 10.0.0.2 (1) already belongs to QATAR-C01 (line 4)',
      '     -> If it is free, try: 10.0.1.1-10.0.1.1',
    ].join('\n'),
  );
});

test('a file that is not there or cannot be read says so', () => {
  expect(() => loadSiteFile('/nowhere/agent.yaml', [])).toThrow(/does not exist/);
  expect(() => loadSiteFile('/', [])).toThrow(/cannot be read/);
});

test('a site of 100,000 miners is read without delay', () => {
  let text = `${HEAD}containers:\n`;
  for (let c = 1; c <= 325; c++) {
    text += container(
      `QATAR-C${String(c).padStart(2, '0')}`,
      `miners: 308, range: 10.${c >> 7}.${(2 * c) & 255}.1-10.${c >> 7}.${((2 * c) & 255) + 1}.52`,
    );
  }
  const begun = performance.now();
  expect(minersOf(parseSiteFile(text, PROFILES).site)).toBe(100_100);
  expect(performance.now() - begun).toBeLessThan(5000);
});
